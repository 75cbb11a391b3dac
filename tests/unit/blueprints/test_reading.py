"""Templates of others: what is read, what is refused, and the line of it."""

import pytest

from apps.blueprints.reading import LARGEST, Unreadable, read

TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Name: {Type: String, Default: on}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${Name}-models"
      Tags:
        - {Key: vpc, Value: !GetAtt Net.VpcId}
        - {Key: zone, Value: !Select [0, !GetAZs ""]}
        - {Key: kind, Value: !If [Large, !Ref Name, !Ref "AWS::NoValue"]}
"""


def test_short_forms_become_functions_and_dates_stay_texts() -> None:
    found = read(TEMPLATE)
    assert found.template["AWSTemplateFormatVersion"] == "2010-09-09"
    properties = found.template["Resources"]["Bucket"]["Properties"]
    assert properties["BucketName"] == {"Fn::Sub": "${Name}-models"}
    assert [row["Value"] for row in properties["Tags"]] == [
        {"Fn::GetAtt": "Net.VpcId"},
        {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
        {"Fn::If": ["Large", {"Ref": "Name"}, {"Ref": "AWS::NoValue"}]},
    ]
    assert found.line(("Resources", "Bucket", "Properties", "BucketName", "Fn::Sub")) == 8
    assert found.line(("Resources", "Bucket", "Properties", "Nothing")) == 7


def test_json_is_read_and_an_alias_is_what_it_names() -> None:
    assert read('{"Resources": {"A": {"Type": "T", "P": [1, 2.5, true, null]}}}').template == {
        "Resources": {"A": {"Type": "T", "P": [1, 2.5, True, None]}}
    }
    assert read("a: &one {b: 1}\nc: *one").template == {"a": {"b": 1}, "c": {"b": 1}}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [1\nb: 2", 2, "neither YAML nor JSON"),
        ("just a text", 0, "A template is an object"),
        ("- a\n- b", 0, "A template is an object"),
        ("a: 1\na: 2", 2, "a is there twice."),
        ("a: !Nobody x", 1, "The tag !Nobody is not known in templates."),
        ("a: !!python/object/apply:os.system ['true']", 1, "is not known in templates"),
        ("a: &x\n  b: *x", 1, "An alias leads back to what it stands in."),
        (BOMB, 0, "It is too large once its aliases are followed."),
        ("a: &b {c: 1}\nd:\n  <<: *b", 3, "Merging with << is not known in templates."),
        ("? [a, b]\n: 1", 1, "A name is a text."),
        ("[" * 80 + "]" * 80, 0, "A template is an object"),
        ("a: " + "[" * 80 + "]" * 80, 1, "It is nested deeper than 50."),
        ("a: " + "[" * 5000 + "]" * 5000, 0, "neither YAML nor JSON|nested deeper"),
        ("a: " + "x" * LARGEST, 0, "A template has at most 1 MiB."),
        ("a: \x01", 0, "neither YAML nor JSON"),
    ],
)
def test_what_is_no_template_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert any(each in refused.value.sentence for each in said.split("|")), refused.value.sentence
    assert refused.value.line in (line, 0) if "|" in said else refused.value.line == line
