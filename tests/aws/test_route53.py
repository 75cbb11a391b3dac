from typing import Any

import pytest

from apps.planning.plan import PlanRefused
from tests.aws.exercise import TOKYO, Exercise

RECORD = "AWS::Route53::RecordSet"


@pytest.fixture
def zone(client: Any) -> str:
    made = client("route53").create_hosted_zone(Name="example.org", CallerReference="x")["HostedZone"]["Id"]
    return str(made).rsplit("/", 1)[-1]


def test_a_record_lives(exercise: Exercise, zone: str) -> None:
    exercise.live(
        RECORD,
        "www.example.org",
        {
            "HostedZoneId": zone,
            "Name": "www.example.org",
            "Type": "A",
            "TTL": "300",
            "ResourceRecords": ["192.0.2.1", "192.0.2.2"],
        },
        {"TTL": "60", "ResourceRecords": ["192.0.2.3"]},
        {"TTL": "long", "Type": "AAAA", "ResourceRecords": []},
    )


def test_records_that_share_a_name_are_told_apart(exercise: Exercise, zone: str) -> None:
    shared = {"HostedZoneId": zone, "Name": "api.example.org", "Type": "CNAME", "TTL": "60"}
    made = [
        exercise.create(
            RECORD, name, **shared, SetIdentifier=name, Weight=weight, ResourceRecords=[f"{name}.example.org"]
        )
        for name, weight in (("blue", 90), ("green", 10))
    ]
    assert len({seen.identifier for seen in made}) == 2
    changed = exercise.change(made[1], Weight=50)
    assert changed.document["SetIdentifier"] == "green"
    listed = {seen.identifier: seen for seen in exercise.gateway.list(RECORD, TOKYO)}
    assert listed[made[0].identifier] == made[0]
    for seen in made:
        exercise.delete(exercise.read(RECORD, seen.identifier))


def test_an_alias_has_no_values(exercise: Exercise, zone: str) -> None:
    alias = {"DNSName": "lb.example.org", "HostedZoneId": zone, "EvaluateTargetHealth": False}
    with pytest.raises(PlanRefused, match="no TTL of its own"):
        exercise.create(RECORD, "x", HostedZoneId=zone, Name="x.example.org", Type="A", AliasTarget=alias, TTL="60")
