"""Operations that merge what they are given, or replace all of it, over HTTP."""

from typing import Any

from moto.s3.models import s3_backends

from apps.environments.models import Environment
from apps.people.models import User
from apps.planning import codec
from tests.integration import flow
from tests.integration.endpoint import ACCOUNT, executed
from tests.integration.estate import TOKYO

BALANCER, BUCKET = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::S3::Bucket"
IDLE, DROP = "idle_timeout.timeout_seconds", "routing.http.drop_invalid_header_fields.enabled"
SYSTEM = {"Key": "aws:cloudformation:stack-name", "Value": "web"}
People = dict[str, User]


def balancer(real: Any) -> str:
    ec2 = real.client("ec2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
    made: str = real.client("elbv2").create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0][
        "LoadBalancerArn"
    ]
    return made


def attributes(real: Any, arn: str) -> dict[str, str]:
    rows = real.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {row["Key"]: row["Value"] for row in rows}


def rows(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def given(arn: str, values: dict[str, str]) -> flow.DraftInput:
    return flow.DraftInput("update", BALANCER, TOKYO, arn, "web", {"LoadBalancerAttributes": rows(values)})


def test_only_attributes_that_change_are_sent_and_others_may_move_meanwhile(
    people: People, prod: Environment, real: Any
):
    arn = balancer(real)
    before = attributes(real, arn)
    run = flow.started(people, prod, real, given(arn, before | {IDLE: "120"}))
    (call,) = codec.parse(run.revision.canonical).calls
    assert call.parameters["Attributes"] == [{"Key": IDLE, "Value": "120"}]
    outside = real.client("elbv2")
    outside.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=rows({DROP: "true"}))

    run = flow.pump(run, real)

    assert run.state == "succeeded", (run.failure, run.drift)
    assert attributes(real, arn) == before | {IDLE: "120", DROP: "true"}


def test_an_attribute_that_moved_outside_stops_the_run_that_would_change_it(
    people: People, prod: Environment, real: Any
):
    arn = balancer(real)
    run = flow.started(people, prod, real, given(arn, attributes(real, arn) | {IDLE: "120"}))
    real.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=rows({IDLE: "90"}))
    run = flow.pump(run, real)
    assert (run.state, attributes(real, arn)[IDLE]) == ("failed", "90")


def test_an_attribute_can_not_be_removed(people: People, prod: Environment, real: Any):
    arn = balancer(real)
    left = {key: value for key, value in attributes(real, arn).items() if key != IDLE}
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, given(arn, left)), real)
    assert [(p["property"], p["code"]) for p in request.problems] == [("LoadBalancerAttributes", "kept")]
    assert IDLE in request.problems[0]["sentence"]


def test_tags_that_aws_has_put_on_a_bucket_survive_every_change_of_the_others(
    people: People, prod: Environment, real: Any
):
    s3 = real.client("s3")
    s3.create_bucket(Bucket="web", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    s3_backends[ACCOUNT]["aws"].put_bucket_tagging("web", {SYSTEM["Key"]: SYSTEM["Value"], "team": "a"})

    def shown() -> list[dict[str, str]]:
        return sorted(s3.get_bucket_tagging(Bucket="web")["TagSet"], key=lambda row: row["Key"])

    def tagged(*wanted: dict[str, str]) -> Any:
        change = flow.DraftInput("update", BUCKET, TOKYO, "web", "web", {"Tags": list(wanted)})
        return executed(people, prod, real, change)

    run = tagged({"Key": "team", "Value": "b"})
    (call,) = codec.parse(run.revision.canonical).calls
    assert call.parameters["Tagging"]["TagSet"] == [{"Key": "team", "Value": "b"}, SYSTEM]
    assert shown() == [SYSTEM, {"Key": "team", "Value": "b"}]
    tagged()
    assert shown() == [SYSTEM]
