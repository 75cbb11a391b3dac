"""The estate of the demo: the platform of a company that trains and serves models, in three sizes.

Built through boto3, as its owners would have. Identifiers repeat with every start, because the endpoint's seed does.
"""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from apps.aws.permissions import policies

TOKYO, OREGON = "ap-northeast-1", "us-west-2"
NON_PRODUCTION, PRODUCTION, RECOVERY = "111111111111", "222222222222", "333333333333"
PLANNER, EXECUTOR = "planner", "executor"
IMAGE = "al2023-ami-2023.*-x86_64"
Client = Any


@dataclass(frozen=True)
class Size:
    """What differs between the environments."""

    slug: str
    name: str
    account: str
    region: str
    network: int
    instance: str
    database: str
    storage: int
    retention: int
    node: str
    nodes: int
    protected: bool
    engine: str = "16.4"
    empty: bool = False


SIZES = (
    Size("dev", "Development", NON_PRODUCTION, TOKYO, 10, "t3.medium", "db.t3.medium", 50, 1, "ra3.large", 2, False),
    Size(
        "stg", "Staging", NON_PRODUCTION, TOKYO, 20, "m6i.large", "db.r6g.large", 100, 3, "ra3.xlplus", 2, False, "16.3"
    ),
    Size("prod", "Production", PRODUCTION, TOKYO, 30, "m6i.2xlarge", "db.r6g.xlarge", 400, 14, "ra3.xlplus", 4, True),
    Size("dr", "Disaster recovery", RECOVERY, OREGON, 40, "", "", 0, 0, "", 0, True, empty=True),
)
EXTERNAL_ID = "ringi-demo-7c1e"


def read_role(size: Size) -> str:
    return f"arn:aws:iam::{size.account}:role/RingiRead-{size.slug}"


def write_role(size: Size) -> str:
    return f"arn:aws:iam::{size.account}:role/RingiWrite-{size.slug}"


class Account:
    """Clients of one account; the endpoint takes the account from a header."""

    session = boto3.Session(aws_access_key_id="seed", aws_secret_access_key="seed")

    def __init__(self, url: str, number: str, region: str) -> None:
        self.url, self.number, self.region = url, number, region

    def client(self, service: str) -> Client:
        made = self.session.client(
            service,  # type: ignore[call-overload]
            region_name=self.region,
            endpoint_url=self.url,
            config=Config(ignore_configured_endpoint_urls=True),
        )
        made.meta.events.register("before-sign.*.*", self._name_account)
        return made

    def _name_account(self, request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = self.number


def build(url: str) -> dict[str, dict[str, str]]:
    """Make all of it. The answer holds the access keys of the planner and of the executor, as environment variables."""
    keys = {name: principal(Account(url, NON_PRODUCTION, TOKYO).client("iam"), name) for name in (PLANNER, EXECUTOR)}
    for size in SIZES:
        account = Account(url, size.account, size.region)
        roles(account.client("iam"), size)
        if not size.empty:
            environment(account, size)
    return keys


def principal(iam: Client, name: str) -> dict[str, str]:
    """A user who may assume Ringi's roles and nothing else."""
    iam.create_user(UserName=f"ringi-{name}")
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    assume = document([{"Effect": "Allow", "Action": actions, "Resource": "arn:aws:iam::*:role/Ringi*"}])
    iam.put_user_policy(UserName=f"ringi-{name}", PolicyName="assume", PolicyDocument=assume)
    key = iam.create_access_key(UserName=f"ringi-{name}")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def roles(iam: Client, size: Size) -> None:
    """The two roles as docs/connecting-an-account.md makes them, with the policies of docs/iam."""
    allowed = policies()
    role(iam, size, read_role(size), (PLANNER, EXECUTOR), allowed["read-role.json"])
    role(iam, size, write_role(size), (EXECUTOR,), allowed["write-role.json"])


def role(iam: Client, size: Size, arn: str, trusted: tuple[str, ...], allowed: dict[str, Any]) -> None:
    name = arn.rpartition("/")[2]
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{NON_PRODUCTION}:user/ringi-{user}" for user in trusted]},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
        "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    }
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document([trust]), Tags=tags(size, name))
    iam.put_role_policy(RoleName=name, PolicyName="ringi", PolicyDocument=json.dumps(allowed))


def tags(size: Size, name: str, owner: str = "platform") -> list[dict[str, str]]:
    values = {"Name": f"{name}-{size.slug}", "env": size.slug, "owner": owner}
    return [{"Key": key, "Value": value} for key, value in values.items()]


def specification(kind: str, size: Size, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": tags(size, name)}]


def environment(account: Account, size: Size) -> None:
    ec2 = account.client("ec2")
    vpc, subnets = network(ec2, size)
    groups = security_groups(ec2, size, vpc)
    serving(account, size, vpc, subnets, groups)
    database(account.client("rds"), size, subnets[2:], groups["db"])
    warehouse(account.client("redshift"), size, subnets[2:], groups["db"])
    buckets(account.client("s3"), size)


def network(ec2: Client, size: Size) -> tuple[str, list[str]]:
    vpc = ec2.create_vpc(
        CidrBlock=f"10.{size.network}.0.0/16", TagSpecifications=specification("vpc", size, "platform")
    )
    vpc_id = vpc["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=f"10.{size.network}.{number}.0/24",
            AvailabilityZone=f"{size.region}{'ac'[number % 2]}",
            TagSpecifications=specification("subnet", size, name),
        )["Subnet"]["SubnetId"]
        for number, name in enumerate(("public-a", "public-c", "private-a", "private-c"))
    ]
    way_out(ec2, size, vpc_id, subnets[:2])
    return vpc_id, subnets


def way_out(ec2: Client, size: Size, vpc: str, subnets: list[str]) -> None:
    """The gateway to the internet, and the route table by which the public subnets use it."""
    gateway = ec2.create_internet_gateway(TagSpecifications=specification("internet-gateway", size, "platform"))
    gateway_id = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=specification("route-table", size, "public"))
    table_id = table["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet)


def security_groups(ec2: Client, size: Size, vpc: str) -> dict[str, str]:
    found = {}
    for name, description in (
        ("web", "HTTPS from everywhere to the load balancer"),
        ("app", "From the load balancer to the model servers"),
        ("db", "From the model servers to the databases"),
    ):
        found[name] = ec2.create_security_group(
            GroupName=f"{name}-{size.slug}",
            Description=description,
            VpcId=vpc,
            TagSpecifications=specification("security-group", size, name),
        )["GroupId"]
    allow(ec2, found["web"], 443, {"IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "public API"}]})
    allow(ec2, found["app"], 8080, {"UserIdGroupPairs": [{"GroupId": found["web"]}]})
    allow(ec2, found["db"], 5432, {"UserIdGroupPairs": [{"GroupId": found["app"]}]})
    allow(ec2, found["db"], 5439, {"IpRanges": [{"CidrIp": f"10.{size.network}.0.0/16", "Description": "BI tools"}]})
    return found


def allow(ec2: Client, group: str, port: int, peer: dict[str, Any]) -> None:
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def serving(account: Account, size: Size, vpc: str, subnets: list[str], groups: dict[str, str]) -> None:
    ec2, elb = account.client("ec2"), account.client("elbv2")
    image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": [IMAGE]}])["Images"][0][
        "ImageId"
    ]
    instances = [
        ec2.run_instances(
            ImageId=image,
            InstanceType=size.instance,
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[2 + number],
            SecurityGroupIds=[groups["app"]],
            TagSpecifications=specification("instance", size, f"model-server-{number + 1}"),
        )["Instances"][0]["InstanceId"]
        for number in range(2)
    ]
    balancer = elb.create_load_balancer(
        Name=f"inference-{size.slug}",
        Subnets=subnets[:2],
        SecurityGroups=[groups["web"]],
        Tags=tags(size, "inference"),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    target = elb.create_target_group(
        Name=f"models-{size.slug}",
        Protocol="HTTP",
        Port=8080,
        VpcId=vpc,
        HealthCheckPath="/healthz",
        HealthCheckIntervalSeconds=30 if size.protected else 15,
        Tags=tags(size, "models"),
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=target, Targets=[{"Id": instance} for instance in instances])
    elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
        Tags=tags(size, "inference-http"),
    )


def database(rds: Client, size: Size, subnets: list[str], group: str) -> None:
    name = f"orders-{size.slug}"
    rds.create_db_subnet_group(
        DBSubnetGroupName=f"{name}-subnets",
        DBSubnetGroupDescription="private subnets",
        SubnetIds=subnets,
        Tags=tags(size, "orders"),
    )
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass=size.database,
        Engine="postgres",
        EngineVersion=size.engine,
        AllocatedStorage=size.storage,
        StorageType="gp3",
        **({"Iops": 12_000, "StorageThroughput": 500} if size.storage >= 400 else {}),
        StorageEncrypted=True,
        MasterUsername="orders",
        ManageMasterUserPassword=True,
        MultiAZ=size.protected,
        BackupRetentionPeriod=size.retention,
        DeletionProtection=size.protected,
        DBSubnetGroupName=f"{name}-subnets",
        VpcSecurityGroupIds=[group],
        PreferredBackupWindow="18:00-18:30",
        PreferredMaintenanceWindow="sun:19:00-sun:19:30",
        Tags=tags(size, "orders", "orders"),
    )


def warehouse(redshift: Client, size: Size, subnets: list[str], group: str) -> None:
    name = f"warehouse-{size.slug}"
    redshift.create_cluster_subnet_group(
        ClusterSubnetGroupName=f"{name}-subnets",
        Description="private subnets",
        SubnetIds=subnets,
        Tags=tags(size, "warehouse"),
    )
    redshift.create_cluster(
        ClusterIdentifier=name,
        ClusterType="multi-node",
        NodeType=size.node,
        NumberOfNodes=size.nodes,
        MasterUsername="warehouse",
        MasterUserPassword="Demo-only-password-1",
        DBName="warehouse",
        ClusterSubnetGroupName=f"{name}-subnets",
        VpcSecurityGroupIds=[group],
        AutomatedSnapshotRetentionPeriod=size.retention,
        Encrypted=True,
        Tags=tags(size, "warehouse", "data"),
    )


def buckets(s3: Client, size: Size) -> None:
    for name in ("models", "training-data", "access-logs"):
        bucket = f"kumo-{name}-{size.slug}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": size.region})
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags(size, name, "ml")})
        everything = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=everything)
        if name == "models" or size.protected:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def change_outside(url: str) -> None:
    """What somebody did by hand in the console of production, past every review."""
    production = next(size for size in SIZES if size.slug == "prod")
    redshift = Account(url, production.account, production.region).client("redshift")
    redshift.modify_cluster(ClusterIdentifier="warehouse-prod", AutomatedSnapshotRetentionPeriod=7)
