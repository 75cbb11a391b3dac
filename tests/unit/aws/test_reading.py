import json
from datetime import UTC, datetime, timedelta, timezone

from apps.aws import reading
from apps.aws.reading import PartAnswer, Place
from apps.catalog.types import NativeType, Part, Property, Read

TAGGING = Part("list_tags", {"ResourceName": "Arn"}, {"Tags": "TagList"}, absent=("NoTags",))
POLICY = Part("get_policy", {"Name": "Name"}, {"Policy": "Policy"})
NATIVE = NativeType(
    name="AWS::Test::Thing",
    title="thing",
    service="test",
    list=Read("describe", "Things"),
    read=Read("describe", "Things"),
    identifier="Name",
    label="Tags[?Key=='Name'] | [0].Value",
    arn_template="arn:{partition}:test:{region}:{account}:thing/{id}",
    status="State",
    properties={
        "Name": Property(editable=False),
        "Size": Property(read="Storage.Size", decode=str),
        "Made": Property(editable=False),
        "Groups": Property(read="Groups[].Id"),
        "Odd.Name": Property(),
        "Nothing": Property(),
        "Tags": Property(unordered=True),
        "Policy": Property(decode=json.loads),
    },
    update=(),
    parts=(TAGGING, POLICY),
)
ITEM = {
    "Name": "orders",
    "State": "available",
    "Storage": {"Size": 100},
    "Made": datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=9))),
    "Groups": [{"Id": "sg-1"}, {"Id": "sg-2"}],
    "Odd.Name": {"a": None, "b": b"\x00"},
    "Nothing": None,
    "Policy": "not from here",
}
PLACE = Place("111111111111", "cn-north-1", "aws-cn")
TAGS = [
    {"Key": "Name", "Value": "Orders"},
    {"Key": "aws:cloudformation:stack-name", "Value": "x"},
    {"Key": "ringi:request", "Value": "CR-7/1"},
    {"Key": "Cost", "Value": "1"},
]


def test_a_document_is_json_in_the_words_of_the_type() -> None:
    assert reading.document(NATIVE, ITEM) == {
        "Name": "orders",
        "Size": "100",
        "Made": "2026-11-23T00:00:00Z",
        "Groups": ["sg-1", "sg-2"],
        "Odd.Name": {"b": "AA=="},
    }


def test_parts_complete_the_document() -> None:
    parts = [PartAnswer(TAGGING, {"TagList": TAGS}), PartAnswer(POLICY, {"Policy": '{"Version": "1"}'})]
    seen = reading.observation(NATIVE, ITEM, parts, PLACE)
    assert seen.document["Policy"] == {"Version": "1"}
    assert (seen.identifier, seen.name, seen.status) == ("orders", "Orders", "available")
    assert seen.arn == "arn:aws-cn:test:cn-north-1:111111111111:thing/orders"
    assert seen.unread == {}


def test_tags_of_aws_and_our_own_are_not_part_of_the_document() -> None:
    seen = reading.observation(NATIVE, ITEM, [PartAnswer(TAGGING, {"TagList": TAGS})], PLACE)
    assert seen.document["Tags"] == [{"Key": "Cost", "Value": "1"}, {"Key": "Name", "Value": "Orders"}]
    assert seen.request == "CR-7/1"


def test_what_is_not_configured_is_not_set_and_what_is_denied_is_unread() -> None:
    parts = [PartAnswer(TAGGING, None), PartAnswer(POLICY, None, unread="AWS denied it.")]
    seen = reading.observation(NATIVE, ITEM, parts, PLACE)
    assert "Tags" not in seen.document
    assert "Policy" not in seen.document
    assert seen.unread == {"Policy": "AWS denied it."}
    assert seen.name == "orders"


def test_every_value_becomes_json() -> None:
    value = {"a": (1, {2}), "b": datetime(2026, 1, 1, tzinfo=UTC), "c": None, "d": 1.5}
    assert json.loads(json.dumps(reading.jsonable(value))) == {"a": [1, [2]], "b": "2026-01-01T00:00:00Z", "d": 1.5}
