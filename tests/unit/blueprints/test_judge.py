"""What makes a template of somebody else unusable, and loops."""

from typing import Any

import pytest

from apps.blueprints.foreach import unrolled
from apps.blueprints.judge import problems
from apps.blueprints.resolve import Broken
from apps.blueprints.wanted import Answers, Target, There, wanted

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "x"}}
DR = Target("dr", "111111111111", "us-west-2")


def said(template: dict[str, Any]) -> list[str]:
    return [str(each) for each in problems(template)]


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"A": {"Type": kind, "Properties": properties}}}


def test_a_whole_template_has_no_problems() -> None:
    assert said({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": BUCKET}, "Outputs": {}}) == []


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ({}, "Resources: The template has no resources."),
        ({"Resources": []}, "Resources: This section is an object."),
        ({"Resources": {"A": BUCKET}, "Other": 1}, "Other: Templates have no such section."),
        ({"Resources": {"A": {}}}, "Resources.A: A resource has a Type."),
        (resource("AWS::CloudFormation::Stack"), "Resources.A.Type: AWS::CloudFormation::Stack is a nested stack."),
        (resource("Custom::Thing"), "Resources.A.Type: Custom::Thing is a custom resource"),
        (resource("My::Own::Thing::MODULE"), "Resources.A.Type: My::Own::Thing::MODULE is a module"),
        (resource("AWS::Nobody::Knows"), "Resources.A.Type: AWS::Nobody::Knows is a type that can't be made here."),
        (
            {"Resources": {"A": BUCKET}, "Transform": "AWS::Serverless-2016-10-31"},
            "Transform: AWS::Serverless-2016-10-31",
        ),
        (resource("AWS::S3::Bucket", Tags={"Fn::Transform": {}}), "Resources.A.Properties.Tags.Fn::Transform: A macro"),
        (
            resource("AWS::S3::Bucket", BucketName={"Fn::ImportValue": "x"}),
            "Resources.A.Properties.BucketName.Fn::ImportValue",
        ),
        (
            resource("AWS::S3::Bucket", BucketName={"Ref": "B"}),
            "Resources.A: “B” is neither a parameter nor a resource",
        ),
        (
            resource("AWS::S3::Bucket", BucketName={"Fn::Sub": "${A}-x"}),
            "Resources.A: A refer to each other in a circle.",
        ),
        ({"Resources": {"A": BUCKET}, "Parameters": {"P": "x"}}, "Parameters.P: A parameter has a Type."),
        ({"Resources": {f"A{n}": BUCKET for n in range(501)}}, "Resources: 501 resources are more than the 500"),
    ],
)
def test_what_can_not_be_imported_is_said_at_its_place(template: dict[str, Any], wanted: str) -> None:
    (first, *_) = said(template)
    assert first.startswith(wanted)


LOOP = {
    "Fn::ForEach::Buckets": [
        "Name",
        ["model.s", "logs"],
        {
            "Bucket&{Name}": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": {"Fn::Sub": "kumo-${Name}"},
                    "Tags": [{"Key": "n", "Value": {"Ref": "Name"}}],
                },
            }
        },
    ]
}


def test_a_loop_makes_one_for_each_value() -> None:
    found, wrong = wanted({"Transform": "AWS::LanguageExtensions", "Resources": LOOP}, Answers(), DR, {})
    assert wrong == []
    assert {each.logical: each.document["BucketName"] for each in found} == {
        "Bucketmodels": "kumo-model.s",
        "Bucketlogs": "kumo-logs",
    }
    assert found[0].document["Tags"] == [{"Key": "n", "Value": "model.s"}]
    assert said({"Transform": "AWS::LanguageExtensions", "Resources": LOOP}) == []


def test_loops_go_through_parameters_and_through_each_other() -> None:
    inner = {"Fn::ForEach::Zones": ["Zone", {"Ref": "Zones"}, {"${Net}${Zone}": "${Net}-${Zone}"}]}
    node = {"Fn::ForEach::Nets": ["Net", ["a", "b"], inner]}
    assert unrolled(node, {"Zones": "x, y"}) == {"ax": "a-x", "ay": "a-y", "bx": "b-x", "by": "b-y"}
    template = {"Parameters": {"Zones": {"Type": "CommaDelimitedList"}}, "Resources": node}
    assert said(template) == [], "what it makes is known once the parameter is"


@pytest.mark.parametrize(
    "loop", ["x", ["Name", ["a"]], ["Name", {"Ref": "Nobody"}, {}], ["Name", ["a", "b"], {"Same": 1}], [1, ["a"], {}]]
)
def test_a_loop_that_makes_no_sense_is_refused(loop: Any) -> None:
    with pytest.raises(Broken):
        unrolled({"Fn::ForEach::X": loop}, {})


def test_ref_of_a_group_is_its_identifier_new_or_there() -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "x"}}
    user = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "G"}}}
    template = {"Resources": {"G": group, "B": user}}
    (_, bucket), wrong = wanted(template, Answers(), DR, {})
    assert (wrong, bucket.document["BucketName"]) == ([], {"$output": {"change": 1, "attribute": "GroupId"}})
    there = {"G": There("AWS::EC2::SecurityGroup", "us-west-2", "sg-1", "", {"GroupId": "sg-1"})}
    (_, bucket), wrong = wanted(template, Answers(), DR, there)
    assert (wrong, bucket.document["BucketName"]) == ([], "sg-1")
