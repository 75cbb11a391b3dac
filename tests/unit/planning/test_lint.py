"""What cfn-lint says becomes findings at properties; what it can't say is never silence."""

from pathlib import Path

import pytest

from apps.planning import lint
from apps.planning.lint import Finding
from apps.planning.plan import Output
from apps.planning.template import Wanted

TOKYO = "ap-northeast-1"
DATABASE = {
    "DBInstanceIdentifier": "orders",
    "Engine": "postgres",
    "DBInstanceClass": "db.m6g.large",
    "AllocatedStorage": "100",
    "MasterUsername": "orders",
    "ManageMasterUserPassword": True,
}


def database(**more: object) -> Wanted:
    return Wanted("AWS::RDS::DBInstance", TOKYO, DATABASE | more, created=True)


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    lint.loaded()._remembered.cache_clear()


def found(*resources: Wanted) -> list[Finding]:
    return lint.findings(dict(enumerate(resources, 1)))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert found(database()) == []


def test_a_finding_is_at_its_resource_property_and_place() -> None:
    rules = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}, {"IpProtocol": "tcp"}]
    group = {"GroupName": "web", "GroupDescription": "Web", "SecurityGroupIngress": rules}
    [finding, *_] = found(database(), Wanted("AWS::EC2::SecurityGroup", TOKYO, group, created=True))
    assert (finding.ordinal, finding.property, finding.place[0], finding.refuses) == (
        2,
        "SecurityGroupIngress",
        1,
        True,
    )
    assert finding.sentence().startswith("[2]")
    assert finding.sentence().endswith(f"(cfn-lint {finding.rule}).")


def test_an_engine_version_that_the_list_does_not_hold_refuses_nothing() -> None:
    [finding] = found(database(EngineVersion="99.1"))
    assert (finding.property, finding.rule, finding.refuses) == ("EngineVersion", "E3691", False)


def test_an_old_engine_version_is_a_warning_with_its_source() -> None:
    [finding] = found(database(EngineVersion="11.1"))
    assert (finding.property, finding.rule, finding.refuses) == ("EngineVersion", "W3691", False)
    assert finding.source.startswith("https://docs.aws.amazon.com/")


def test_resources_of_a_request_are_judged_together() -> None:
    vpc = Wanted("AWS::EC2::VPC", TOKYO, {"CidrBlock": "10.0.0.0/16"}, created=True)
    subnet = {"CidrBlock": "10.9.0.0/24", "VpcId": Output(1, "VpcId")}
    [finding] = found(vpc, Wanted("AWS::EC2::Subnet", TOKYO, subnet, created=True))
    assert (finding.ordinal, finding.property, finding.rule) == (2, "CidrBlock", "E3059")


def test_regions_are_judged_apart() -> None:
    elsewhere = Wanted(
        "AWS::EC2::Subnet", "eu-south-2", {"CidrBlock": "10.9.0.0/24", "VpcId": Output(1, "VpcId")}, True
    )
    assert found(Wanted("AWS::EC2::VPC", TOKYO, {"CidrBlock": "10.0.0.0/16"}, created=True), elsewhere) == []


def test_a_class_that_a_region_does_not_offer_is_refused() -> None:
    there = Wanted("AWS::RDS::DBInstance", "eu-south-2", DATABASE | {"DBInstanceClass": "db.m4.large"}, created=True)
    assert "DBInstanceClass" in {finding.property for finding in found(there) if finding.refuses}


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (Wanted("AWS::Made::Up", TOKYO, {}), "AWS::Made::Up"),
        (Wanted("AWS::EC2::VPC", "mars-north-1", {"CidrBlock": "10.0.0.0/16"}), "mars-north-1"),
    ],
)
def test_what_the_linter_does_not_know_is_said(wanted: Wanted, named: str) -> None:
    [finding] = found(wanted)
    assert (finding.unjudged, finding.refuses) == (True, False)
    assert named in finding.message


def test_a_rule_that_fails_is_said_without_what_it_failed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = lint.loaded()._rules
    monkeypatch.setattr(rules["E3019"], "match", lambda cfn: 1 // 0 or [], raising=True)
    [finding] = found(database())
    assert (finding.ordinal, finding.rule, finding.unjudged) == (0, "E0002", True)
    assert "zero" not in finding.sentence()


def test_options_that_lie_about_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E, W]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [finding.rule for finding in found(database(EngineVersion="11.1"))] == ["W3691"]


@pytest.mark.parametrize("text", ["{{resolve:ssm:/name}}", "${AWS::Region}", "AWS::Region", "${Missing}"])
def test_a_text_that_means_something_in_a_template_is_only_a_text(text: str) -> None:
    assert found(Wanted("AWS::SNS::Topic", TOKYO, {"TopicName": "alerts", "DisplayName": text}, created=True)) == []


def test_a_structure_that_is_called_like_a_function_is_only_a_structure() -> None:
    rule = {"Name": "changes", "EventPattern": {"detail": {"Ref": ["main"]}, "source": ["aws.codecommit"]}}
    assert found(Wanted("AWS::Events::Rule", TOKYO, rule, created=True)) == []
