"""Estates as they would be read: services, each with its network, groups, database, queue, buckets and role."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from apps.blueprints.compare import Side
from apps.blueprints.parts import Part

Json = Any
TOKYO, OREGON = "ap-northeast-1", "us-west-2"
EACH = 14


def identifier(prefix: str, *said: object) -> str:
    return f"{prefix}-{sha256(repr(said).encode()).hexdigest()[:17]}"


class Place:
    """An environment in a region; `number` is of its networks."""

    def __init__(self, environment: str, region: str = TOKYO, account: str = "222222222222", number: int = 0) -> None:
        self.environment, self.region, self.account, self.number = environment, region, account, number

    def side(self, services: int) -> Side:
        return Side(self.environment, self.account, self.region, self.parts(services))

    def parts(self, services: int) -> list[Part]:
        return [part for number in range(services) for part in self.service(f"svc{number:02}", number)]

    def part(self, kind: str, identifier: str, name: str, document: Json, arn: str = "") -> Part:
        return Part(kind, self.region, identifier, name, arn, document)

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def tags(self, name: str) -> list[Json]:
        return [{"Key": "Name", "Value": name}, {"Key": "environment", "Value": self.environment}]

    def service(self, service: str, number: int) -> Iterator[Part]:
        """One service, `EACH` resources."""
        name = f"{service}-{self.environment}"
        network = f"10.{(self.number + number) % 256}"
        vpc = identifier("vpc", name)
        document = {"VpcId": vpc, "CidrBlock": f"{network}.0.0/16", "EnableDnsSupport": True, "Tags": self.tags(name)}
        yield self.part("AWS::EC2::VPC", vpc, name, document)
        subnets = [identifier("subnet", name, zone) for zone in "ac"]
        for at, (zone, subnet) in enumerate(zip("ac", subnets, strict=True), 1):
            own = {"SubnetId": subnet, "VpcId": vpc, "CidrBlock": f"{network}.{at}.0/24"}
            own |= {"AvailabilityZone": f"{self.region}{zone}", "Tags": self.tags(f"{name}-{zone}")}
            yield self.part("AWS::EC2::Subnet", subnet, f"{name}-{zone}", own)
        yield from self.groups(name, vpc, f"{network}.0.0/16")
        yield from self.database(name, subnets)
        yield from self.data(name)

    def groups(self, name: str, vpc: str, block: str) -> Iterator[Part]:
        web, own = identifier("sg", name, "web"), identifier("sg", name, "database")
        rules = {
            web: [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}],
            own: [
                {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "SourceSecurityGroupId": web},
                {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": block},
            ],
        }
        for group, what in ((web, "web"), (own, "database")):
            document = {"GroupId": group, "GroupName": f"{name}-{what}", "GroupDescription": what, "VpcId": vpc}
            document |= {"SecurityGroupIngress": rules[group], "Tags": self.tags(f"{name}-{what}")}
            yield self.part("AWS::EC2::SecurityGroup", group, f"{name}-{what}", document)

    def database(self, name: str, subnets: list[str]) -> Iterator[Part]:
        document = {"DBSubnetGroupName": name, "DBSubnetGroupDescription": name, "SubnetIds": subnets}
        yield self.part("AWS::RDS::DBSubnetGroup", name, name, document, self.arn("rds", f"subgrp:{name}"))
        document = {
            "DBInstanceIdentifier": name,
            "DBInstanceClass": "db.t3.medium",
            "Engine": "postgres",
            "AllocatedStorage": "50",
            "DBSubnetGroupName": name,
            "VPCSecurityGroups": [identifier("sg", name, "database")],
            "StorageEncrypted": True,
            "MasterUsername": "owner",
            "Tags": self.tags(name),
        }
        yield self.part("AWS::RDS::DBInstance", name, name, document, self.arn("rds", f"db:{name}"))

    def data(self, name: str) -> Iterator[Part]:
        for what in ("raw", "models"):
            bucket = f"{name}-{what}"
            arn, document = f"arn:aws:s3:::{bucket}", {"BucketName": bucket, "Tags": self.tags(bucket)}
            yield self.part("AWS::S3::Bucket", bucket, bucket, document, arn)
            statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"]}
            document = {"Bucket": bucket, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
            yield self.part("AWS::S3::BucketPolicy", bucket, bucket, document)
        queue = f"{name}-jobs"
        arn, url = self.arn("sqs", queue), f"https://sqs.{self.region}.amazonaws.com/{self.account}/{queue}"
        document = {"QueueName": queue, "QueueUrl": url, "Arn": arn, "VisibilityTimeout": 120}
        yield self.part("AWS::SQS::Queue", url, queue, document, arn)
        yield from self.identity(name, arn)

    def identity(self, name: str, queue: str) -> Iterator[Part]:
        statement = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": queue}
        policy = f"arn:aws:iam::{self.account}:policy/{name}-send"
        document = {"ManagedPolicyName": f"{name}-send", "PolicyArn": policy, "Path": "/"}
        document |= {"PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
        yield self.part("AWS::IAM::ManagedPolicy", policy, f"{name}-send", document, policy)
        trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = {"RoleName": name, "Path": "/", "ManagedPolicyArns": [policy]}
        document |= {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
        yield self.part("AWS::IAM::Role", name, name, document, f"arn:aws:iam::{self.account}:role/{name}")
