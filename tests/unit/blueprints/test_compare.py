"""Environments side by side: what means the same is no difference, whatever it is called there."""

from dataclasses import replace
from typing import Any

from apps.blueprints.compare import Compared, Side, compared
from apps.blueprints.parts import Part
from tests.unit.blueprints.estates import EACH, OREGON, Place

PROD, DR = Place("prod", number=30), Place("dr", OREGON, "333333333333", number=60)
OWNER = {"Key": "owner", "Value": "platform"}
DATABASE = "Svc00DBInstance"


def sides(change: dict[str, Any] | None = None, kind: str = "AWS::RDS::DBInstance") -> list[Side]:
    """Two services in production, and in the copy with other values in each resource of a kind."""
    copy = DR.side(2)
    found = [_with(part, change or {}) if part.type == kind else part for part in copy.found]
    return [PROD.side(2), replace(copy, found=found)]


def _with(part: Part, change: dict[str, Any]) -> Part:
    return replace(part, document={**part.document, **change})


def differing(*of: Side) -> dict[str, list[str]]:
    return {each.logical: [found.property for found in each.differences] for each in compared(of) if not each.alike}


def one(of: list[Side], logical: str) -> Compared:
    return next(each for each in compared(of) if each.logical == logical)


def test_only_the_networks_of_two_copies_differ() -> None:
    assert len(compared(sides())) == 2 * EACH
    assert differing(*sides()) == {"Svc00VPC": ["CidrBlock"], "Svc01VPC": ["CidrBlock"]}


def test_a_changed_value_is_found_on_the_side_that_has_it() -> None:
    (found,) = one(sides({"DBInstanceClass": "db.r6g.large"}), DATABASE).differences
    assert (found.property, found.values) == ("DBInstanceClass", ("db.t3.medium", "db.r6g.large"))


def test_what_means_the_same_in_another_spelling_is_no_difference() -> None:
    assert differing(*sides({"AllocatedStorage": 50, "StorageEncrypted": "true"})).keys() == {"Svc00VPC", "Svc01VPC"}


def test_a_reference_to_another_resource_is_a_difference_and_said_by_its_name() -> None:
    web = next(part for part in DR.parts(1) if part.logical == "" and part.name == "svc00-dr-web")
    (found,) = one(sides({"VPCSecurityGroups": [web.identifier]}), DATABASE).differences
    assert found.values == (["‹Svc00DatabaseSecurityGroup›"], ["‹Svc00WebSecurityGroup›"])


def test_a_subnet_elsewhere_in_its_network_is_a_difference() -> None:
    moved = sides({"CidrBlock": "10.60.9.0/24"}, "AWS::EC2::Subnet")
    assert differing(*moved)["Svc00ASubnet"] == ["CidrBlock"]


def test_what_is_missing_is_said_of_both_sides() -> None:
    found = differing(PROD.side(2), DR.side(1))
    assert len(found) == EACH + 1
    assert one([PROD.side(2), DR.side(1)], "Svc01VPC").parts[1] is None
    assert one([PROD.side(1), DR.side(2)], "Svc01VPC").parts[0] is None


def test_three_sides_are_held_against_each_other() -> None:
    third = Place("stg", number=90).side(1)
    (found,) = one([*sides({"MultiAZ": True}), third], DATABASE).differences
    assert (found.property, found.values) == ("MultiAZ", (None, True, None))
    assert one([*sides(), third], "Svc01DBInstance").missing


def test_the_tag_by_which_only_one_of_them_knows_its_own_is_no_difference() -> None:
    tagged = replace(DR.side(2), tag="environment")
    assert differing(PROD.side(2), tagged).keys() == {"Svc00VPC", "Svc01VPC"}
    owned = [_with(part, {"Tags": [*part.document.get("Tags", []), OWNER]}) for part in tagged.found]
    assert differing(PROD.side(2), replace(tagged, found=owned))["Svc00ASubnet"] == ["Tags"]


def test_what_can_not_be_made_again_is_not_compared_and_said() -> None:
    other = [Part("AWS::Nobody::Knows", OREGON, "x", "x", "", {})]
    (left,) = replace(DR.side(1), found=other).left
    assert "doesn't know this type" in left.reason
