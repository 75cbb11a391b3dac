"""Documents become a template that cfn-lint can read, and that holds nothing secret."""

from typing import Any

from apps.catalog.types import Join
from apps.planning.plan import Output, SecretRef, Slot
from apps.planning.template import GIVEN, SECRET, Wanted, logical, ordinal, properties, template

TOKYO = "ap-northeast-1"
GROUP, VPC, TOPIC = "AWS::EC2::SecurityGroup", "AWS::EC2::VPC", "AWS::SNS::Topic"


def written(type_name: str, document: dict[str, Any], **others: Wanted) -> dict[str, Any]:
    """The properties of one resource beside others, which are named by their ordinals."""
    return properties(
        Wanted(type_name, TOKYO, document), {int(name.removeprefix("_")): other for name, other in others.items()}
    )


def test_the_template_has_a_resource_for_each_change() -> None:
    made = template({7: Wanted(VPC, TOKYO, {"CidrBlock": "10.0.0.0/16"})})
    assert made["Resources"] == {"Change7": {"Type": VPC, "Properties": {"CidrBlock": "10.0.0.0/16"}}}
    assert ordinal(logical(7)) == 7


def test_what_is_not_set_and_what_aws_sets_is_left_out() -> None:
    document = {"GroupId": "sg-1", "GroupName": "web", "VpcId": None, "Tags": [], "Unheard": 1}
    assert written(GROUP, document) == {"GroupName": "web"}


def test_members_that_aws_sets_are_left_out_wherever_they_stand() -> None:
    domain = {"DomainName": "search", "AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthDisableDate": "x"}}
    assert written("AWS::OpenSearchService::Domain", domain)["AdvancedSecurityOptions"] == {"Enabled": True}


def test_tags_get_the_form_of_the_schema_back() -> None:
    tags = {"Tags": [{"Key": "env", "Value": "prod"}]}
    assert written("AWS::SSM::Parameter", tags) == {"Tags": {"env": "prod"}}
    assert written(GROUP, tags) == tags


def test_outputs_refer_to_what_the_template_creates() -> None:
    vpc = Wanted(VPC, TOKYO, {}, created=True)
    load_balancer = Wanted("AWS::ElasticLoadBalancingV2::LoadBalancer", TOKYO, {}, created=True)
    assert written(GROUP, {"VpcId": Output(2, "VpcId")}, _2=vpc) == {"VpcId": {"Ref": "Change2"}}
    name = {"DisplayName": Output(3, "DNSName")}
    assert written(TOPIC, name, _3=load_balancer) == {"DisplayName": {"Fn::GetAtt": ["Change3", "DNSName"]}}


def test_outputs_of_what_is_not_created_here_are_only_given_by_the_run() -> None:
    live = Wanted(VPC, TOKYO, {})
    assert written(GROUP, {"VpcId": Output(2, "VpcId")}, _2=live) == {"VpcId": GIVEN}
    assert written(GROUP, {"VpcId": Output(9, "VpcId")}) == {"VpcId": GIVEN}


def test_every_node_has_something_in_its_place() -> None:
    joined = Join("/", ("a", None, Output(9, "Id")))
    assert written(TOPIC, {"DisplayName": joined}) == {"DisplayName": {"Fn::Join": ["/", ["a", GIVEN]]}}
    assert written(TOPIC, {"DisplayName": SecretRef("arn:x")}) == {"DisplayName": SECRET}
    assert written(TOPIC, {"DisplayName": Slot("request")}) == {"DisplayName": GIVEN}


def test_variables_are_not_in_the_template() -> None:
    secret = "hunter2"
    variables = {"Environment": {"Variables": {"PASSWORD": secret, "Name": secret, "Value": secret}}}
    rows = [{"Name": "web", "Environment": [{"Name": "PASSWORD", "Value": secret}], "Image": "web:1"}]
    function = written("AWS::Lambda::Function", variables)
    assert secret not in str(function)
    assert set(function["Environment"]["Variables"]) == {"PASSWORD", "Name", "Value"}
    task = written("AWS::ECS::TaskDefinition", {"ContainerDefinitions": rows})["ContainerDefinitions"][0]
    assert secret not in str(task)
    assert (task["Name"], task["Image"], task["Environment"][0]["Name"]) == ("web", "web:1", "PASSWORD")
