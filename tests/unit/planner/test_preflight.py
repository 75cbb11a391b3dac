"""Only what a request causes sends it back; the rest is said, and what can't be judged is said too."""

from collections.abc import Mapping
from typing import Any

import pytest

from apps.planner import preflight
from apps.planning import lint
from apps.planning.build import build
from apps.planning.plan import Action, Observation, Plan, PlanRefused, Problem, Proposal, Target

TOKYO = "ap-northeast-1"
RDS, GROUP, INSTANCE = "AWS::RDS::DBInstance", "AWS::EC2::SecurityGroup", "AWS::EC2::Instance"
TASK = "AWS::ECS::TaskDefinition"
DATABASE = {
    "DBInstanceIdentifier": "orders",
    "DBInstanceArn": "arn:aws:rds:ap-northeast-1:111111111111:db:orders",
    "DBInstanceClass": "db.m6g.large",
    "Engine": "postgres",
    "EngineVersion": "16.4",
    "AllocatedStorage": "100",
}


class Asked:
    """Changes of one request, planned over what is live."""

    def __init__(self) -> None:
        self.proposals: list[Proposal] = []
        self.seen: dict[int, Observation | None] = {}
        self.users: dict[int, list[Observation]] = {}

    def update(self, type_name: str, live: Mapping[str, Any], region: str = TOKYO, **desired: Any) -> "Asked":
        number = len(self.proposals) + 1
        status = {RDS: "available", INSTANCE: "running"}.get(type_name, "")
        self.seen[number] = Observation(type_name, region, f"x{number}", f"x{number}", "", status, live)
        self.proposals.append(Proposal(number, Action.UPDATE, type_name, region, f"x{number}", f"x{number}", desired))
        return self

    def create(self, type_name: str, **desired: Any) -> "Asked":
        number = len(self.proposals) + 1
        self.seen[number] = None
        self.proposals.append(Proposal(number, Action.CREATE, type_name, TOKYO, "", f"new{number}", desired))
        return self

    def plan(self) -> Plan:
        return build(Target("prod", "111111111111"), self.proposals, self.seen, users=self.users)

    def checks(self) -> list[dict[str, Any]]:
        return preflight.checks(self.plan(), self.seen, self.users)

    def problems(self) -> tuple[Problem, ...]:
        with pytest.raises(PlanRefused) as refused:
            self.checks()
        return refused.value.problems


def test_a_pass_is_said_with_the_version_and_the_number_of_resources() -> None:
    asked = Asked().create("AWS::SNS::Topic", TopicName="a").create("AWS::SNS::Topic", TopicName="b")
    [check] = asked.checks()
    assert (check["outcome"], check["ordinal"]) == ("pass", 0)
    assert check["sentence"] == f"cfn-lint {lint.release()} has nothing against what becomes of 2 resources."


def test_what_aws_would_refuse_goes_back_to_its_field() -> None:
    [problem, *_] = opened([], [NAMELESS]).problems()
    assert (problem.ordinal, problem.property, problem.code) == (1, "SecurityGroupIngress", "lint")
    assert problem.sentence.endswith("(cfn-lint E1150). Change the request and submit it again.")


def test_what_was_wrong_before_and_is_not_touched_is_not_counted() -> None:
    [check] = Asked().update(RDS, DATABASE, MultiAZ=True).checks()
    assert check["outcome"] == "pass"
    assert check["sentence"].endswith("What was so before, where nothing is changed (1), is not counted.")


NAMELESS = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": "web"}
WEB = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}


def opened(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Asked:
    live = {"GroupId": "x1", "GroupName": "web", "GroupDescription": "Web", "SecurityGroupIngress": before}
    return Asked().update(GROUP, live, SecurityGroupIngress=after)


def test_what_was_wrong_before_is_said_where_the_request_touches_it_and_stops_nobody() -> None:
    checks = opened([NAMELESS], [WEB, NAMELESS]).checks()
    assert {(check["outcome"], check["property"]) for check in checks} == {("warn", "SecurityGroupIngress")}
    assert all(check["sentence"].endswith("It was so before.") for check in checks)


def test_the_same_fault_once_more_is_what_the_request_causes() -> None:
    problems = opened([NAMELESS], [NAMELESS, NAMELESS | {"FromPort": 79}]).problems()
    assert {(problem.property, problem.sentence[:3]) for problem in problems} == {("SecurityGroupIngress", "[2]")}


def test_a_warning_that_the_request_causes_is_a_check_at_its_property() -> None:
    [check] = Asked().update(RDS, DATABASE | {"EngineVersion": "11.1"}, EngineVersion="11.2").checks()
    assert (check["outcome"], check["ordinal"], check["property"]) == ("warn", 1, "EngineVersion")
    assert check["source"].startswith("https://docs.aws.amazon.com/")


def test_a_value_of_a_variable_stands_in_no_sentence() -> None:
    secret = "hunter2 " * 700
    rows = [{"Name": "web", "Image": "web:1", "Environment": [{"Name": "A", "Value": secret}], "Cpu": "x"}]
    task = {"Family": "web", "Cpu": "17", "RequiresCompatibilities": ["FARGATE"], "ContainerDefinitions": rows}
    asked = Asked().create(TASK, **task | {"ContainerDefinitions": [rows[0] | {"Cpu": 17}]})
    problems = asked.problems()
    assert problems
    assert "hunter2" not in str(problems)


def test_a_new_resource_in_the_place_of_another_is_judged_as_a_new_one() -> None:
    live = {"GroupId": "x1", "GroupName": "web", "GroupDescription": "Web", "VpcId": "vpc-0a1b2c3d4e5f60718"}
    user = Observation(INSTANCE, TOKYO, "i-1", "api", "", "running", {"InstanceId": "i-1", "SecurityGroupIds": ["x1"]})
    asked = Asked().update(GROUP, live, GroupName="web-2")
    asked.users[1] = [user]
    assert [change.action for change in asked.plan().changes] == [Action.CREATE, Action.UPDATE, Action.DELETE]
    [check] = asked.checks()
    assert "has nothing against what becomes of 2 resources." in check["sentence"]


def test_deletions_leave_nothing_to_judge() -> None:
    asked = Asked().update("AWS::SNS::Topic", {"TopicArn": "x1", "TopicName": "a"})
    asked.proposals = [Proposal(1, Action.DELETE, "AWS::SNS::Topic", TOKYO, "x1", "a", {})]
    assert asked.checks() == []


def test_a_region_that_the_linter_does_not_know_is_said_and_refuses_nothing() -> None:
    live = {"TopicArn": "x1", "TopicName": "a"}
    [check] = Asked().update("AWS::SNS::Topic", live, "mars-north-1", DisplayName="A").checks()
    assert (check["outcome"], check["ordinal"]) == ("warn", 0)
    assert "mars-north-1" in check["sentence"]


def test_a_linter_that_breaks_down_is_said_and_loses_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "findings", lambda resources: 1 // 0)
    [check] = Asked().create("AWS::SNS::Topic", TopicName="a").checks()
    assert (check["outcome"], check["ordinal"]) == ("warn", 0)
    assert "failed (ZeroDivisionError), so nothing was judged" in check["sentence"]


def named(name: str, **others: Any) -> dict[str, Any]:
    return {**DATABASE, "DBInstanceIdentifier": name, "Tags": [{"Key": "Name", "Value": name}], **others}


def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many resources the linter was given, call by call."""
    numbers: list[int] = []
    findings = lint.findings

    def counted(resources: Mapping[int, Any]) -> list[lint.Finding]:
        numbers.append(len(resources))
        return findings(resources)

    monkeypatch.setattr(lint, "findings", counted)
    return numbers


def test_updates_that_are_alike_but_for_their_names_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = judged(monkeypatch)
    asked = Asked()
    for name in ("orders", "stock", "users"):
        asked.update(RDS, named(name), MultiAZ=True)
    asked.checks()
    assert numbers == [1, 1]


def test_what_is_wrong_with_one_is_said_at_all_that_are_like_it() -> None:
    asked = Asked()
    for name in ("orders", "stock"):
        asked.update(RDS, named(name), BackupRetentionPeriod=99)
    asked.update(RDS, named("users"), BackupRetentionPeriod=7)
    found = {(problem.ordinal, problem.property) for problem in asked.problems()}
    assert found == {(1, "BackupRetentionPeriod"), (2, "BackupRetentionPeriod")}


@pytest.mark.parametrize(
    ("live", "desired"),
    [
        ({"Engine": "mysql", "EngineVersion": "8.0.39"}, {"MultiAZ": True}),
        ({"MultiAZ": True}, {"MultiAZ": False}),
        ({}, {"MultiAZ": True, "Tags": [{"Key": "team", "Value": "a"}]}),
    ],
)
def test_updates_that_differ_are_judged_each(
    monkeypatch: pytest.MonkeyPatch, live: dict[str, Any], desired: dict[str, Any]
) -> None:
    numbers = judged(monkeypatch)
    asked = Asked().update(RDS, named("orders"), MultiAZ=True)
    asked.update(RDS, named("stock", **live), **desired)
    asked.checks()
    assert numbers[0] == 2
