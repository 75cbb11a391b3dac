from apps.catalog.references import Reference, at, named, references

GROUP, INSTANCE, LISTENER = "AWS::EC2::SecurityGroup", "AWS::EC2::Instance", "AWS::ElasticLoadBalancingV2::Listener"
BALANCER, TARGETS = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"


def test_what_the_schema_says_by_format_is_a_reference() -> None:
    assert at(GROUP, ("SecurityGroupIngress", "*", "SourceSecurityGroupId")) == Reference(
        ("SecurityGroupIngress", "*", "SourceSecurityGroupId"), GROUP, "GroupId"
    )


def test_of_an_id_and_a_name_the_id_is_meant() -> None:
    assert at(INSTANCE, ("SecurityGroupIds", "*")) == Reference(("SecurityGroupIds", "*"), GROUP, "GroupId")


def test_a_member_that_is_called_like_an_identifier_refers_to_its_type() -> None:
    assert at(LISTENER, ("LoadBalancerArn",)) == Reference(("LoadBalancerArn",), BALANCER, "LoadBalancerArn")
    deep = ("DefaultActions", "*", "ForwardConfig", "TargetGroups", "*", "TargetGroupArn")
    assert at(LISTENER, deep) == Reference(deep, TARGETS, "TargetGroupArn")


def test_a_declaration_adds_what_neither_says() -> None:
    assert at("AWS::RDS::DBInstance", ("VPCSecurityGroups", "*")) == Reference(
        ("VPCSecurityGroups", "*"), GROUP, "GroupId"
    )


def test_a_resource_does_not_refer_to_itself_by_its_own_identifier() -> None:
    assert at(GROUP, ("GroupId",)) is None
    assert at(BALANCER, ("LoadBalancerArn",)) is None


def test_the_values_of_a_document_are_found_with_what_they_name() -> None:
    document = {
        "LoadBalancerArn": "arn:lb",
        "DefaultActions": [
            {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "arn:blue", "Weight": 1}, {}]}},
            {"Type": "forward", "TargetGroupArn": "arn:green"},
        ],
    }
    assert {(each.reference.type, each.value) for each in named(LISTENER, document)} == {
        (BALANCER, "arn:lb"),
        (TARGETS, "arn:blue"),
        (TARGETS, "arn:green"),
    }


def test_a_type_without_a_driver_refers_to_nothing() -> None:
    assert references("AWS::Nothing::AtAll") == ()
