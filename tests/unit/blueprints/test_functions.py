"""CloudFormation's functions, as its own pages give them."""

from typing import Any

import pytest

from apps.blueprints.functions import value
from apps.blueprints.resolve import Broken, Given, Values


class Made(Given):
    """A resource that the request makes."""

    def attribute(self, name: str) -> Any:
        if name == "Nothing":
            raise LookupError("It gives no Nothing.")
        return {"$output": {"change": 1, "attribute": name or "Id"}}


VALUES = Values(
    parameters={"Name": "shop", "Zones": ["a", "b"], "Size": "large"},
    mappings={"Sizes": {"prod": {"large": "m6i.large"}}},
    conditions={
        "Large": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
        "Both": {"Fn::And": [{"Condition": "Large"}, {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}]},
        "Either": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Condition": "Large"}]},
        "Round": {"Fn::Not": [{"Condition": "About"}]},
        "About": {"Condition": "Round"},
    },
    pseudo={"AWS::Region": "eu-west-1", "AWS::AccountId": "111111111111"},
    zones=("eu-west-1a", "eu-west-1b"),
    resources={"Net": Made()},
)
NET = {"$output": {"change": 1, "attribute": "Id"}}
CIDRS = [f"10.0.{n}.0/24" for n in range(3)]


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        ({"Ref": "Name"}, "shop"),
        ({"Ref": "Net"}, NET),
        ({"Fn::GetAtt": ["Net", "Arn"]}, {"$output": {"change": 1, "attribute": "Arn"}}),
        ({"Fn::GetAtt": "Net.Endpoint.Address"}, {"$output": {"change": 1, "attribute": "Endpoint.Address"}}),
        ({"Fn::Sub": "${Name}-${AWS::Region}-${!Literal}"}, "shop-eu-west-1-${Literal}"),
        ({"Fn::Sub": ["${Name}-${Own}", {"Own": {"Fn::Join": ["", ["x", "y"]]}}]}, "shop-xy"),
        ({"Fn::Sub": "id ${Net}!"}, {"$join": {"separator": "", "items": ["id ", NET, "!"]}}),
        ({"Fn::Join": [",", ["a", {"Ref": "Net"}]]}, {"$join": {"separator": ",", "items": ["a", NET]}}),
        ({"Fn::Join": ["-", {"Ref": "Zones"}]}, "a-b"),
        ({"Fn::Select": ["1", {"Fn::GetAZs": ""}]}, "eu-west-1b"),
        ({"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}, "eu-west-1a"),
        ({"Fn::Split": ["|", "a|b|c"]}, ["a", "b", "c"]),
        ({"Fn::FindInMap": ["Sizes", "prod", {"Ref": "Size"}]}, "m6i.large"),
        ({"Fn::FindInMap": ["Sizes", "dev", "large", {"DefaultValue": "t3.micro"}]}, "t3.micro"),
        ({"Fn::If": ["Both", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::Base64": {"Fn::Sub": "#!/bin/sh ${Name}"}}, "IyEvYmluL3NoIHNob3A="),
        ({"Fn::Cidr": ["10.0.0.0/16", 3, 8]}, CIDRS),
        (
            {"Kept": "1", "Gone": {"Ref": "AWS::NoValue"}, "List": [{"Ref": "AWS::NoValue"}, 2]},
            {"Kept": "1", "List": [2]},
        ),
        ({"Condition": {"StringEquals": {"a": "b"}}}, {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)
def test_a_function_gives_what_cloudformation_gives(node: Any, wanted: Any) -> None:
    assert value(node, VALUES) == wanted


@pytest.mark.parametrize(
    ("node", "place", "said"),
    [
        ({"Ref": "Nobody"}, ("Ref",), "“Nobody” is neither a parameter nor a resource of the template."),
        ({"Tags": [{"Ref": "Nobody"}]}, ("Tags", "0", "Ref"), "“Nobody” is neither a parameter nor a resource"),
        ({"Fn::GetAtt": ["Net", "Nothing"]}, ("Fn::GetAtt",), "It gives no Nothing."),
        ({"Fn::GetAtt": ["Net"]}, ("Fn::GetAtt",), "It names a resource and one of its attributes."),
        ({"Fn::Select": [5, ["a"]]}, ("Fn::Select",), "The list has 1 items, so there is none with the number 5."),
        ({"Fn::Split": [",", {"Ref": "Net"}]}, ("Fn::Split",), "It needs a value that only the run will know."),
        (
            {"Fn::FindInMap": ["Sizes", "dev", "large"]},
            ("Fn::FindInMap",),
            "The mapping has no value for Sizes / dev / large.",
        ),
        ({"Fn::If": ["Nobody", 1, 2]}, ("Fn::If",), "The template has no condition Nobody."),
        ({"Fn::If": ["Round", 1, 2]}, ("Fn::If",), "Conditions refer to each other in a circle."),
        ({"Fn::Transform": {"Name": "x"}}, ("Fn::Transform",), "This function is not known here"),
        ({"Ref": "Name", "Fn::Sub": "x"}, ("Fn::Sub",), "This function is not known here, or has members beside it."),
        ({"Fn::Cidr": ["10.0.0.0/24", 300, 8]}, ("Fn::Cidr",), "10.0.0.0/24 has no 300 blocks of that size."),
        ({"Fn::Cidr": ["nowhere", 3, 8]}, ("Fn::Cidr",), "No blocks can be cut like that."),
        ({"Fn::GetAZs": "us-east-1"}, ("Fn::GetAZs",), "The zones of another region"),
        ({"Fn::Sub": 7}, ("Fn::Sub",), "It is a text, or a list of a text and its variables."),
        ({"Fn::Join": [",", "abc"]}, ("Fn::Join",), "What it joins is no list."),
    ],
)
def test_what_can_not_be_evaluated_is_said_at_its_place(node: Any, place: tuple[str, ...], said: str) -> None:
    with pytest.raises(Broken) as broken:
        value(node, VALUES)
    assert broken.value.problem.place[: len(place)] == place
    assert said in broken.value.problem.sentence


def test_what_is_nested_without_end_is_refused() -> None:
    node: Any = "x"
    for _ in range(200):
        node = [node]
    with pytest.raises(Broken, match="nested too deep"):
        value(node, VALUES)
