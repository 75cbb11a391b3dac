"""What an export makes of documents."""

from typing import Any

from apps.blueprints.export import Exported, exported
from apps.blueprints.parts import Part
from apps.catalog.hidden import HIDDEN

ALL = {"DestinationCidrBlock": "0.0.0.0/0"}
TOKYO, ACCOUNT = "ap-northeast-1", "111111111111"
VPC, WEB, DB = "vpc-0123456789abcdef0", "sg-0123456789abcdef0", "sg-0123456789abcdef1"
NETWORK = ("AWS::EC2::VPC", VPC, "shop-prod", {"VpcId": VPC, "CidrBlock": "10.1.0.0/16", "EnableDnsSupport": True})
BUCKET = ("AWS::S3::Bucket", "models", "models", {"BucketName": "models"})


def made(*wanted: tuple[str, str, str, dict[str, Any]], outside: dict[tuple[str, str], str] | None = None) -> Exported:
    arns = {"AWS::S3::Bucket": "arn:aws:s3:::{}", "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}"}
    parts = [Part(kind, TOKYO, i, name, arns.get(kind, "").format(i), has) for kind, i, name, has in wanted]
    return exported(parts, "prod", ACCOUNT, TOKYO, outside or {})


def properties(found: Exported, name: str) -> Any:
    return found.template["Resources"][name]["Properties"]


def group(identifier: str, name: str, **more: Any) -> tuple[str, str, str, dict[str, Any]]:
    has = {"GroupId": identifier, "GroupName": name, "GroupDescription": "x", "VpcId": VPC, **more}
    return "AWS::EC2::SecurityGroup", identifier, name, has


def rule(source: str = "", network: str = "") -> dict[str, Any]:
    peer = {"SourceSecurityGroupId": source} if source else {"CidrIp": network}
    return {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **peer}


def test_values_that_name_something_exported_become_symbols() -> None:
    found = made(NETWORK, group(WEB, "web"), group(DB, "db", SecurityGroupIngress=[rule(WEB), rule("", "10.1.0.0/16")]))
    assert properties(found, "DbSecurityGroup")["VpcId"] == {"Ref": "ShopVPC"}
    first, second = properties(found, "DbSecurityGroup")["SecurityGroupIngress"]
    assert first["SourceSecurityGroupId"] == {"Fn::GetAtt": ["WebSecurityGroup", "GroupId"]}
    assert second["CidrIp"] == properties(found, "ShopVPC")["CidrBlock"], "the network of the VPC is named, not copied"


def test_arns_become_symbols_within_texts_and_places_become_pseudo_parameters() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": ["arn:aws:s3:::models", "arn:aws:s3:::models/${aws:username}/*", "arn:aws:s3:::models-2/*"],
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:sqs:{TOKYO}:{ACCOUNT}:jobs"}},
    }
    policy = (
        "AWS::S3::BucketPolicy",
        "models",
        "models",
        {"Bucket": "models", "PolicyDocument": {"Statement": [statement]}},
    )
    (written,) = properties(made(BUCKET, policy), "ModelsBucketPolicy")["PolicyDocument"]["Statement"]
    assert written["Resource"] == [
        {"Fn::GetAtt": ["ModelsBucket", "Arn"]},
        {"Fn::Sub": "${ModelsBucket.Arn}/${!aws:username}/*"},
        "arn:aws:s3:::models-2/*",
    ]
    assert written["Condition"]["ArnLike"]["aws:SourceArn"] == {
        "Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs"
    }


def test_what_is_not_exported_is_asked_for_once_under_the_name_that_it_has() -> None:
    outside = {("AWS::EC2::VPC", VPC): "shared"}
    found = made(group(WEB, "web"), group(DB, "db"), outside=outside)
    assert (
        properties(found, "WebSecurityGroup")["VpcId"]
        == properties(found, "DbSecurityGroup")["VpcId"]
        == {"Ref": "SharedVPC"}
    )
    assert found.template["Parameters"]["SharedVPC"]["Type"] == "AWS::EC2::VPC::Id"
    assert "Default" not in found.template["Parameters"]["SharedVPC"]
    known = found.template["Metadata"]["Ringi"]["Parameters"]["SharedVPC"]
    assert known == {"Kind": "reference", "Type": "AWS::EC2::VPC", "Attribute": "VpcId", "Source": VPC}


def test_zones_images_names_networks_and_sizes_are_the_business_of_each_environment() -> None:
    instance = {"InstanceId": "i-0123456789abcdef0", "ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"}
    subnet = {"SubnetId": "subnet-0123456789abcdef0", "CidrBlock": "10.1.2.0/24", "AvailabilityZone": f"{TOKYO}c"}
    found = made(
        NETWORK,
        BUCKET,
        ("AWS::EC2::Instance", "i-0123456789abcdef0", "job", instance),
        ("AWS::EC2::Subnet", "s", "a", {**subnet, "VpcId": VPC}),
    )
    assert {name: each["Type"] for name, each in found.template["Parameters"].items()} == {
        "Environment": "String",
        "Image": "AWS::EC2::Image::Id",
        "ZoneC": "AWS::EC2::AvailabilityZone::Name",
    }
    assert found.template["Mappings"] == {
        "EC2InstanceSizes": {"prod": {"JobInstanceInstanceType": "t3.micro"}},
        "EC2VPCNetworks": {"prod": {"ShopVPCCidrBlock": "10.1.0.0/16"}},
        "EC2SubnetNetworks": {"prod": {"ASubnetCidrBlock": "10.1.2.0/24"}},
        "S3BucketNames": {"prod": {"ModelsBucketBucketName": "models"}},
    }


def test_secrets_defaults_and_what_aws_assigns_are_not_in_it() -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "x"}, {"Key": "env", "Value": "prod"}]
    network = ("AWS::EC2::VPC", VPC, "shop", {**NETWORK[3], "EnableDnsHostnames": False, "Tags": tags})
    assert set(properties(made(network), "ShopVPC")) == {"CidrBlock", "Tags"}
    assert properties(made(network), "ShopVPC")["Tags"] == [{"Key": "env", "Value": {"Fn::Sub": "${Environment}"}}]
    containers = [{"Name": "app", "Image": "app:1", "Environment": [{"Name": "PASSWORD", "Value": HIDDEN}]}]
    task = ("AWS::ECS::TaskDefinition", "app:1", "app", {"Family": "app", "ContainerDefinitions": containers})
    found = made(task)
    (variable,) = properties(found, "AppTaskDefinition")["ContainerDefinitions"][0]["Environment"]
    assert found.template["Parameters"][variable["Value"]["Ref"]]["NoEcho"] is True
    assert HIDDEN not in str(found.template)


def test_a_database_is_copied_with_a_password_that_aws_keeps() -> None:
    database = {"DBInstanceIdentifier": "orders", "DBInstanceClass": "db.t3.micro", "ManageMasterUserPassword": False}
    found = made(("AWS::RDS::DBInstance", "orders", "orders", database))
    assert properties(found, "OrdersDBInstance")["ManageMasterUserPassword"] is True


def test_groups_that_let_each_other_in_are_written_without_a_circle() -> None:
    web = group(WEB, "web", SecurityGroupIngress=[rule(DB), rule(WEB), rule("", "0.0.0.0/0")])
    found = made(web, group(DB, "db", SecurityGroupIngress=[rule(WEB)]))
    assert properties(found, "WebSecurityGroup")["SecurityGroupIngress"] == [rule("", "0.0.0.0/0")]
    assert "SecurityGroupIngress" not in properties(found, "DbSecurityGroup")
    rules = {name: each for name, each in found.template["Resources"].items() if "Ingress" in each["Type"]}
    assert set(rules) == {"WebSecurityGroupIngress1", "WebSecurityGroupIngress2", "DbSecurityGroupIngress1"}
    assert {each["LogicalResourceId"] for each in found.identifiers} == {"WebSecurityGroup", "DbSecurityGroup"}


def test_what_can_not_be_made_again_is_left_out_with_the_reason() -> None:
    found = made(
        BUCKET,
        group(WEB, "default"),
        ("AWS::Lambda::Function", "f", "f", {"FunctionName": "f", "Role": "r"}),
        ("AWS::EC2::Instance", "i-1", "i-1", {"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web"}]}),
        ("AWS::Nobody::Knows", "x", "x", {}),
    )
    assert list(found.template["Resources"]) == ["ModelsBucket"]
    said = {each.name: each.reason for each in found.left}
    assert said["default"].startswith("Every VPC has a default security group")
    assert said["f"].startswith("Code can't be read")
    assert said["i-1"].startswith("It is made by the Auto Scaling group web")
    assert said["x"].startswith("Ringi doesn't know this type")


def test_a_route_waits_for_the_gateway_and_every_resource_is_kept_when_it_is_taken_out() -> None:
    gateway, table = "igw-0123456789abcdef0", "rtb-0123456789abcdef0"
    attached = {"VpcId": VPC, "InternetGatewayId": gateway}
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    found = made(
        ("AWS::EC2::VPCGatewayAttachment", "IGW|x", "attachment", attached),
        ("AWS::EC2::Route", f"{table}|0.0.0.0/0", "out", route),
    )
    assert found.template["Resources"]["OutRoute"]["DependsOn"] == ["AttachmentVPCGatewayAttachment"]
    assert {each["DeletionPolicy"] for each in found.template["Resources"].values()} == {"Retain"}
    assert found.identifiers[0]["ResourceIdentifier"] == {"RouteTableId": table, "CidrBlock": "0.0.0.0/0"}


def test_a_main_route_table_and_its_routes_are_left_to_aws() -> None:
    table = Part("AWS::EC2::RouteTable", TOKYO, "rtb-1", "rtb-1", "", {"RouteTableId": "rtb-1", "VpcId": VPC}, "main")
    own = Part("AWS::EC2::RouteTable", TOKYO, "rtb-2", "rtb-2", "", {"RouteTableId": "rtb-2", "VpcId": VPC})
    routes = [
        Part("AWS::EC2::Route", TOKYO, f"{of}|0.0.0.0/0", of, "", {"RouteTableId": of, "GatewayId": "igw-1"} | ALL)
        for of in ("rtb-1", "rtb-2")
    ]
    found = exported([table, own, *routes], "prod", ACCOUNT, TOKYO, {})
    assert [part.identifier for part in found.parts] == ["rtb-2|0.0.0.0/0", "rtb-2"]
    reasons = {each.identifier: each.reason for each in found.left}
    assert "which AWS makes with it" in reasons["rtb-1"]
    assert "add it there afterwards" in reasons["rtb-1|0.0.0.0/0"]
