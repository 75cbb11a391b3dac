"""Requests with several resources of real types: what is replaced, what uses it, and what runs after what."""

from collections.abc import Mapping
from typing import Any

import pytest

from apps.aws.validate import validate_plan
from apps.planning import codec
from apps.planning.build import build
from apps.planning.plan import Action, Output, Plan, PlanRefused, Proposal, Target
from tests.unit.planning.conftest import Seen

PROD = Target("prod", "111111111111")
TOKYO = "ap-northeast-1"
GROUP, INSTANCE, BUCKET = "AWS::EC2::SecurityGroup", "AWS::EC2::Instance", "AWS::S3::Bucket"
ARN = "arn:aws:ec2:ap-northeast-1:111111111111:thing/x"


def group(identifier: str, name: str, *peers: str) -> Seen:
    rules = [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": peer} for peer in peers
    ]  # fmt: skip
    document = {"GroupId": identifier, "GroupName": name, "GroupDescription": "Web", "VpcId": "vpc-1"}
    more = {"SecurityGroupIngress": rules, "Tags": [{"Key": "env", "Value": "prod"}]}
    return Seen(GROUP, identifier, name, document | more, arn=ARN)


def instance(*groups: str) -> Seen:
    document = {"InstanceId": "i-1", "InstanceType": "t3.small", "SecurityGroupIds": list(groups)}
    return Seen(INSTANCE, "i-1", "app", document, "running", arn=ARN)


def asks(seen: Seen, ordinal: int = 1, action: Action = Action.UPDATE, **desired: Any) -> Proposal:
    base = {name: seen.document[name] for name in desired if name in seen.document}
    return Proposal(ordinal, action, seen.type, TOKYO, seen.identifier, seen.name, desired, base)


def plan(*pairs: tuple[Proposal, Seen | None], users: Mapping[int, list[Seen]] | None = None) -> Plan:
    known = {p.ordinal: [] for p, _ in pairs} | dict(users or {})
    made = build(PROD, [p for p, _ in pairs], {p.ordinal: seen for p, seen in pairs}, users=known)
    assert validate_plan(made) == []
    return codec.parse(codec.canonical(made))


def order(made: Plan) -> list[str]:
    """The operations in an order in which a run may make them."""
    left, done = list(made.calls), []
    while left:
        ready = [call for call in left if set(call.after) <= {each.key for each in done}]
        assert ready, [(call.key, call.after) for call in left]
        done += ready
        left = [call for call in left if call not in ready]
    return [f"{call.operation} {call.key}" for call in done]


def refusal(*pairs: tuple[Proposal, Seen | None], users: Mapping[int, list[Seen]] | None = None) -> list[str]:
    with pytest.raises(PlanRefused) as refused:
        plan(*pairs, users=users)
    return [problem.sentence for problem in refused.value.problems]


def test_the_new_one_comes_first_its_users_are_switched_and_the_old_one_goes_last() -> None:
    web, app = group("sg-1", "web"), instance("sg-1", "sg-9")
    made = plan((asks(web, GroupName="web-2", GroupDescription="Web servers"), web), users={1: [app]})
    new, switch, old = made.changes
    assert (new.action, new.replaces, old.action, old.replaced_by) == (Action.CREATE, "sg-1", Action.DELETE, 1)
    assert (switch.type, switch.identifier, switch.action) == (INSTANCE, "i-1", Action.UPDATE)
    assert switch.calls[0].parameters["Groups"] == [Output(1, "GroupId"), "sg-9"]
    assert {d.property: (d.before, d.after) for d in new.differences} == {
        "GroupName": ("web", "web-2"),
        "GroupDescription": ("Web", "Web servers"),
    }
    assert new.effect.kind == "replaces"
    words = [each.split()[0] for each in order(made)]
    assert words.index("create_security_group") < words.index("modify_instance_attribute")
    assert words[-1] == "delete_security_group"


def test_the_new_one_has_everything_that_the_old_one_had() -> None:
    web = group("sg-1", "web", "sg-2")
    new = plan((asks(web, GroupName="web-2"), web)).changes[0]
    create, authorize, *_ = new.calls
    assert create.parameters["VpcId"] == "vpc-1"
    assert create.parameters["TagSpecifications"][0]["Tags"][0] == {"Key": "env", "Value": "prod"}
    assert authorize.operation == "authorize_security_group_ingress"


def test_a_name_that_both_would_have_makes_the_old_one_go_first_and_says_that_there_is_none_meanwhile() -> None:
    web = group("sg-1", "web")
    made = plan((asks(web, GroupDescription="Web servers"), web))
    assert [each.split()[0] for each in order(made)] == ["delete_security_group", "create_security_group"]
    assert made.changes[0].effect.kind == "interrupts"
    assert "deleted first" in made.changes[0].effect.source


def test_a_name_that_both_would_have_is_refused_while_something_uses_the_old_one() -> None:
    web = group("sg-1", "web")
    [sentence] = refusal((asks(web, GroupDescription="Web servers"), web), users={1: [instance("sg-1")]})
    assert sentence == "app uses web, which has to go before the new one gets its name. Give it another."


def test_a_user_with_a_change_of_its_own_is_switched_in_that_change() -> None:
    web, app = group("sg-1", "web"), instance("sg-1")
    made = plan((asks(web, GroupName="web-2"), web), (asks(app, 2, DisableApiTermination=True), app), users={1: [app]})
    assert [change.action for change in made.changes] == [Action.CREATE, Action.UPDATE, Action.DELETE]
    assert {d.property for d in made.changes[1].differences} == {"DisableApiTermination", "SecurityGroupIds"}


def test_a_user_that_is_deleted_in_the_same_request_goes_before_what_it_uses() -> None:
    api, web = group("sg-2", "api", "sg-1"), group("sg-1", "web")
    made = plan((asks(web, GroupName="web-2"), web), (asks(api, 2, Action.DELETE), api), users={1: [api]})
    keys = [each.split()[1] for each in order(made)]
    assert keys.index("2.1") < keys.index("3.1")


def test_nothing_is_replaced_while_nobody_knows_what_uses_it() -> None:
    web = group("sg-1", "web")
    with pytest.raises(PlanRefused, match="What uses it isn't known"):
        build(PROD, [asks(web, GroupName="web-2")], {1: web})


def test_what_holds_data_is_replaced_with_consent_only() -> None:
    models = Seen(BUCKET, "models", "models", {"BucketName": "models"})
    asked = asks(models, BucketName="models-2")
    [sentence] = refusal((asked, models))
    assert "without the data of models" in sentence
    consented = Proposal(**{**vars(asked), "consents": {"replace": "It is empty."}})
    assert [change.name for change in plan((consented, models)).changes] == ["models", "models"]


def test_what_can_not_be_made_anew_is_refused_at_the_property() -> None:
    seen = Seen("AWS::RDS::DBInstance", "orders", "orders", {"Engine": "mysql", "DBInstanceIdentifier": "orders"})
    with pytest.raises(PlanRefused) as refused:
        plan((asks(seen, Engine="postgres"), seen))
    assert {problem.property for problem in refused.value.problems} >= {"Engine"}


def test_two_new_groups_that_admit_each_other_need_no_order_among_themselves() -> None:
    def new(ordinal: int, name: str, peer: int) -> tuple[Proposal, None]:
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
        rule["SourceSecurityGroupId"] = {"$output": {"change": peer, "attribute": "GroupId"}}  # type: ignore[assignment]
        desired = {"GroupName": name, "GroupDescription": name, "SecurityGroupIngress": [rule]}
        return Proposal(ordinal, Action.CREATE, GROUP, TOKYO, "", name, desired), None

    made = plan(new(1, "web", 2), new(2, "api", 1))
    words = [each.split()[0] for each in order(made)]
    assert words == ["create_security_group"] * 2 + ["authorize_security_group_ingress"] * 2


def test_two_groups_that_admit_each_other_let_go_before_they_are_deleted() -> None:
    web, api = group("sg-1", "web", "sg-2"), group("sg-2", "api", "sg-1")
    made = plan((asks(web, 1, Action.DELETE), web), (asks(api, 2, Action.DELETE), api))
    words = [each.split()[0] for each in order(made)]
    assert words == ["revoke_security_group_ingress"] * 2 + ["delete_security_group"] * 2


def test_a_name_that_the_request_chooses_is_put_in_and_waited_for() -> None:
    bucket = Proposal(1, Action.CREATE, BUCKET, TOKYO, "", "models", {"BucketName": "models"})
    named = {"$output": {"change": 1, "attribute": "BucketName"}}
    desired = {"GroupName": "api", "GroupDescription": named}
    other = Proposal(2, Action.CREATE, GROUP, TOKYO, "", "api", desired)
    made = plan((other, None), (bucket, None))
    call = made.call("2.1")
    assert call.parameters["Description"] == "models"
    assert call.after == ("1.1",)


def test_a_reference_to_nothing_that_is_made_is_refused() -> None:
    desired = {
        "GroupName": "api",
        "GroupDescription": "API",
        "VpcId": {"$output": {"change": 7, "attribute": "VpcId"}},
    }
    other = Proposal(2, Action.CREATE, GROUP, TOKYO, "", "api", desired)
    assert refusal((other, None)) == [
        "It needs VpcId of change 7, which doesn't give one. Choose a value.",
    ]
