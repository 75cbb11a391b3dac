"""An AWS account in memory, for what the real endpoint can't be made to do: to die, to lie, to settle slowly."""

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.aws.gateway import Answer, AwsError, ErrorKind
from apps.environments.models import Environment
from apps.planning.plan import Observation
from apps.sandbox.endpoint import price_book

Json = Any
TOKYO = "ap-northeast-1"
RDS = "AWS::RDS::DBInstance"
BUCKET = "AWS::S3::Bucket"
GROUP = "AWS::EC2::SecurityGroup"
VPC = "vpc-0a1b2c3d"
CLASS_BEFORE, CLASS_AFTER = "db.r6g.large", "db.r6g.xlarge"

DATABASE = {
    "DBInstanceIdentifier": "",
    "DBInstanceArn": "arn:aws:rds:ap-northeast-1:111111111111:db:x",
    "DBInstanceClass": CLASS_BEFORE,
    "AllocatedStorage": "100",
    "Engine": "postgres",
    "MultiAZ": False,
}
OFFERS: Mapping[str, Mapping[str, Json]] = {
    "describe_availability_zones": {"AvailabilityZones": [{"ZoneName": f"ap-northeast-1{n}"} for n in "acd"]},
    "describe_orderable_db_instance_options": {"OrderableDBInstanceOptions": [{"Engine": "postgres"}]},
    "describe_instance_type_offerings": {"InstanceTypeOfferings": [{"Location": f"{TOKYO}a"}]},
    "describe_subnets": {"Subnets": []},
    "describe_images": {"Images": []},
    "describe_instance_types": {"InstanceTypes": []},
}


class Died(BaseException):
    """The worker was killed here."""


@dataclass
class Account:
    """Implements `Gateway`. `faults` are raised one for each call, "before" or "after" its effect."""

    documents: dict[str, dict[str, Json]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, Mapping[str, Json]]] = field(default_factory=list)
    faults: list[tuple[str, BaseException | None]] = field(default_factory=list)
    settling: int = 0
    unsettled: dict[str, int] = field(default_factory=dict)
    reading: AwsError | None = None
    unassumable: AwsError | None = None
    sessions: list[str] = field(default_factory=list)
    answers: dict[str, Mapping[str, Json]] = field(default_factory=lambda: dict(OFFERS))
    together: list[frozenset[str]] = field(default_factory=list)

    def database(self, name: str) -> None:
        self.documents[name] = copy.deepcopy(DATABASE) | {"DBInstanceIdentifier": name}

    def reader(self, environment: Environment, session_name: str) -> "Account":
        return self

    def writer(self, environment: Environment, session_name: str) -> "Account":
        self.sessions.append(session_name)
        return self

    def list(self, type_name: str, region: str, skip: Collection[str] = ()) -> Iterable[Observation]:
        return [self._seen(type_name, name) for name in list_of(self.documents, type_name) if name not in skip]

    def read(self, type_name: str, region: str, identifier: str) -> Observation | None:
        if self.reading is not None:
            raise self.reading
        return self._seen(type_name, identifier) if identifier in self.documents else None

    def read_many(self, type_name: str, region: str, identifiers: Collection[str]) -> Mapping[str, Observation]:
        self.together.append(frozenset(identifiers))
        found = ((each, self.read(type_name, region, each)) for each in identifiers)
        return {identifier: seen for identifier, seen in found if seen is not None}

    def ask(self, service: str, operation: str, region: str, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
        if self.reading is not None:
            raise self.reading
        if operation == "get_products":
            return {"PriceList": price_book.products(parameters)}
        return self.answers[operation]

    def ready(self, service: str, region: str) -> None:
        if self.unassumable is not None:
            raise self.unassumable

    def execute(
        self,
        service: str,
        operation: str,
        region: str,
        parameters: Mapping[str, Json],
        outputs: Mapping[str, str],
        *,
        quiet: bool = False,
    ) -> Answer:
        self.calls.append((operation, parameters))
        when, fault = self.faults.pop(0) if self.faults else ("", None)
        if when == "before" and fault is not None:
            raise fault
        answer = getattr(self, f"_{operation}")(parameters)
        if when == "after" and fault:
            raise fault
        return Answer(f"request-{len(self.calls)}", 200, answer)

    def _modify_db_instance(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        name = parameters["DBInstanceIdentifier"]
        changed = {key: value for key, value in parameters.items() if key in DATABASE}
        self.documents[name] |= {key: str(v) if key == "AllocatedStorage" else v for key, v in changed.items()}
        self.unsettled[name] = self.settling
        return {}

    def _create_security_group(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        if any(d.get("GroupName") == parameters["GroupName"] for d in self.documents.values()):
            raise AwsError(ErrorKind.EXISTS, "The group exists.", code="InvalidGroup.Duplicate", http_status=400)
        identifier = f"sg-{len(self.documents) + 1:08}"
        rows = parameters["TagSpecifications"][0]["Tags"]
        self.marks[identifier] = next(row["Value"] for row in rows if row["Key"] == "ringi:request")
        tags = [row for row in rows if row["Key"] != "ringi:request"]
        self.documents[identifier] = {
            "GroupId": identifier,
            "GroupName": parameters["GroupName"],
            "GroupDescription": parameters["Description"],
            "VpcId": parameters.get("VpcId"),
            "Tags": tags,
        }
        return {"GroupId": identifier}

    def _authorize_security_group_ingress(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        rows = [
            {**{k: v for k, v in each.items() if k != "IpRanges"}, "CidrIp": cidr["CidrIp"]}
            for each in parameters["IpPermissions"]
            for cidr in each["IpRanges"]
        ]
        self.documents[parameters["GroupId"]].setdefault("SecurityGroupIngress", []).extend(rows)
        return {}

    def _create_bucket(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        name = parameters["Bucket"]
        rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
        encryption = {"ServerSideEncryptionConfiguration": [rule]}
        self.documents[name] = {"BucketName": name, "BucketEncryption": encryption}
        return {}

    def _put_bucket_versioning(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        self.documents[parameters["Bucket"]]["VersioningConfiguration"] = dict(parameters["VersioningConfiguration"])
        return {}

    def _put_bucket_encryption(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        rules = parameters["ServerSideEncryptionConfiguration"]["Rules"]
        shown = [{"ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"]} for rule in rules]
        self.documents[parameters["Bucket"]]["BucketEncryption"] = {"ServerSideEncryptionConfiguration": shown}
        return {}

    def _seen(self, type_name: str, identifier: str) -> Observation:
        left = self.unsettled.get(identifier, 0)
        self.unsettled[identifier] = max(0, left - 1)
        status = ("modifying" if left else "available") if type_name == RDS else ""
        document = copy.deepcopy(self.documents[identifier])
        name = str(document.get("GroupName", identifier))
        mark = self.marks.get(identifier, "")
        return Observation(type_name, TOKYO, identifier, name, "", status, document, request=mark)


def list_of(documents: Mapping[str, Json], type_name: str) -> Iterator[str]:
    member = "DBInstanceClass" if type_name == RDS else "GroupName"
    return iter([name for name, document in documents.items() if member in document])


def unclear() -> AwsError:
    return AwsError(ErrorKind.UNKNOWN, "AWS gave no answer in time.", code="ReadTimeout")


def throttled() -> AwsError:
    return AwsError(ErrorKind.THROTTLED, "AWS asks to slow down.", code="Throttling", http_status=400)


def denied() -> AwsError:
    return AwsError(ErrorKind.DENIED, "The role may not do this. Ask an administrator.", code="AccessDenied")
