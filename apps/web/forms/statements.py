"""An IAM policy as a form: a statement each with its effect, principals, actions, resources and conditions.

A statement with members that no control stands for is edited as JSON in its place. What the form did not change stays
as it was written: IAM takes "x" and ["x"] for the same, a diff would not.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms

from apps.catalog import policy as policies
from apps.catalog.shape import Shape
from apps.web.forms.fields import LinesField
from apps.web.forms.parts import ON, Items, Leaf, Line, Part, Path, Structure, Typed, Unfit, Wrong
from apps.web.forms.widgets import Suggest

Json = Any
EVERYONE = "Everyone"
KINDS = ("AWS", "Service", "Federated", "CanonicalUser", EVERYONE)
UNSET = "unset"
VERSIONS = (("2012-10-17", "2012-10-17"), ("2008-10-17", "2008-10-17"), (UNSET, "not set"))
OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists"),
    *("ForAnyValue:StringEquals", "ForAllValues:StringEquals", "ArnLike", "ArnEquals", "ArnNotLike"),
    *("Bool", "BoolIfExists", "IpAddress", "NotIpAddress", "Null"),
    *("NumericLessThanEquals", "NumericGreaterThan", "DateLessThan", "DateGreaterThan"),
)
KEYS = (
    *("aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"),
    *("aws:SourceAccount", "aws:SourceArn", "aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:RequestedRegion"),
    *("aws:SecureTransport", "aws:MultiFactorAuthPresent", "aws:TagKeys", "aws:CurrentTime"),
    *("kms:ViaService", "sts:ExternalId", "s3:prefix"),
)
AWS = re.compile(r"\*|[0-9]{12}|arn:aws[a-z-]*:(iam|sts)::.+")
WHOLE = {"rows": 2, "class": "code lines", "spellcheck": "false"}


class Values(LinesField):
    """One value on each line; a single one stays a single one."""

    def __init__(self) -> None:
        super().__init__(required=False)
        self.widget.attrs = dict(WHOLE)

    def prepare_value(self, value: Json) -> str:
        return super().prepare_value(_listed(value) if value is not None else None)

    def clean(self, value: Json) -> Json:
        found = super().clean(value)
        return found[0] if found and len(found) == 1 else found


class Texts(Leaf):
    """A text or a list of them."""

    def __init__(self, help: str = "") -> None:
        super().__init__(Values(), help)

    def shown(self, value: Json) -> Typed:
        return super().shown(value[0] if isinstance(value, list) and len(value) == 1 else value)


class Rare(Texts):
    """The same, shown only when it is set or asked for."""

    rare = True

    def read(self, data: Any, name: str, *, blanks: bool) -> Typed:
        typed = super().read(data, name, blanks=blanks)
        return "" if typed is None and blanks and f"{name}-{ON}" in data else typed


class Version(Leaf):
    def __init__(self) -> None:
        super().__init__(forms.TypedChoiceField(choices=VERSIONS, coerce=str, required=False))

    def clean(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        return None if typed == UNSET else super().clean(typed, at, wrong)


class Table(Items):
    """Rows that stand for a structure: all of it is JSON where a row can't show its part."""

    gathers = True

    def split(self, value: Json) -> Typed:
        rows = super().split(value)
        if any(isinstance(row, str) for row in rows):
            raise Unfit
        return rows


class Principals(Table):
    """Rows of a kind and who it is: {"AWS": [...], "Service": ...}, or "*" for everyone."""

    def __init__(self) -> None:
        super().__init__(Line(_principal), ordered=False)

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        rows = super().made(typed, at, wrong) or []
        if any(row.get("Kind") == EVERYONE for row in rows):
            if len(rows) > 1:
                wrong.setdefault(at, []).append("Everyone includes all others. Remove the other rows, or this one.")
            return "*"
        found: dict[str, list[str]] = {}
        for number, row in enumerate(rows):
            if said := _nobody(row):
                wrong.setdefault((*at, number, "Who"), []).append(said)
            found.setdefault(str(row.get("Kind")), []).append(row.get("Who") or "")
        return {kind: who[0] if len(who) == 1 else who for kind, who in found.items()} or None

    def split(self, value: Json) -> Typed:
        if value == "*":
            return [{"Kind": EVERYONE, "Who": None}]
        if not isinstance(value, Mapping) or not value or not set(value) <= set(KINDS[:-1]):
            raise Unfit
        rows = [{"Kind": kind, "Who": who} for kind, given in value.items() for who in _listed(given)]
        return super().split(rows)


class Conditions(Table):
    """Rows of an operator, a key and its values: {"StringEquals": {"aws:SourceAccount": [...]}}."""

    def __init__(self) -> None:
        super().__init__(Line(_condition), ordered=False)

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        found: dict[str, dict[str, Json]] = {}
        for number, row in enumerate(super().made(typed, at, wrong) or []):
            for name in ("Operator", "Key", "Values"):
                if row.get(name) is None:
                    wrong.setdefault((*at, number, name), []).append(f"Give the {name.lower()}, or remove the row.")
            keys = found.setdefault(str(row.get("Operator", "")), {})
            if row.get("Key") in keys:
                said = "This key is there twice with the same operator. Put the values into one row."
                wrong.setdefault((*at, number, "Key"), []).append(said)
            keys[str(row.get("Key", ""))] = row.get("Values")
        return found or None

    def split(self, value: Json) -> Typed:
        if not isinstance(value, Mapping) or not value or not all(isinstance(each, Mapping) for each in value.values()):
            raise Unfit
        return super().split(
            [
                {"Operator": operator, "Key": key, "Values": [_text(each) for each in _listed(given)]}
                for operator, keys in value.items()
                for key, given in keys.items()
            ]
        )


class Statements(Items):
    """The statements; a single one that stands for the list is one of them."""

    def split(self, value: Json) -> Typed:
        return super().split([value] if isinstance(value, Mapping) else value)


class Policy(Structure):
    """The whole of it. Without a statement it is not set."""

    turns = True

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        found = super().made(typed, at, wrong)
        return found if found and found.keys() - {"Version", "Id"} else None

    def split(self, value: Json) -> Typed:
        return {**super().split(value), "Version": value.get("Version", UNSET)}

    def spelled(self, value: Json, before: Json) -> Json:
        return respelled(value, before)


def policy(of: Shape, *, required: bool = False) -> Policy:
    """The form of the policy that a property holds."""
    known = policies.members(of.policy)
    make = {
        "Sid": lambda: _text_leaf("A name for it, in letters and digits."),
        "Effect": lambda: Leaf(_select(("Allow", "Deny"))),
        "Principal": Principals,
        "Action": lambda: Texts("One on each line, such as s3:GetObject; * stands for any letters."),
        "NotAction": Rare,
        "Resource": lambda: Texts("The ARNs, one on each line."),
        "NotResource": Rare,
        "Condition": Conditions,
    }
    parts: dict[str, Any] = {name: each for name, each in make.items() if name in known}
    each = Structure(lambda: {name: made() for name, made in parts.items()})
    statements = Statements(each, ordered=True)
    top: dict[str, Part] = {"Version": Version(), "Id": Rare("A name for the policy."), "Statement": statements}
    return Policy(lambda: top, of.help, required=required)


def respelled(value: Json, before: Json) -> Json:
    """The value, with what means the same as before written as it was."""
    if _meaning(value) == _meaning(before):
        return before
    if isinstance(value, Mapping) and isinstance(before, Mapping):
        return {name: respelled(each, before.get(name)) for name, each in value.items()}
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return list(_statements(value, _listed(before)))
    return [value] if isinstance(before, list) and isinstance(value, str) else value


def _statements(value: Iterable[Json], before: list[Json]) -> Iterator[Json]:
    known = {json.dumps(_meaning(each), sort_keys=True): each for each in before}
    for number, each in enumerate(value):
        same = known.get(json.dumps(_meaning(each), sort_keys=True))
        yield same if same is not None else respelled(each, before[number] if number < len(before) else None)


def _meaning(value: Json) -> Json:
    """Equal for what IAM takes for the same."""
    if isinstance(value, Mapping):
        return {name: _meaning(each if isinstance(each, Mapping) else _listed(each)) for name, each in value.items()}
    return [_meaning(each) for each in value] if isinstance(value, list) else _text(value)


def _nobody(row: Mapping[str, Json]) -> str:
    """Why a row names no principal; "" when it does."""
    who = row.get("Who")
    if not who:
        return "Say who this is, or remove the row."
    known = row.get("Kind") != "AWS" or AWS.fullmatch(who)
    return "" if known else "Give an account of 12 digits, the ARN of a role, user or session, or * for everyone."


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Json) -> Json:
    """A literal of a condition as text, in which IAM compares it."""
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int | float) else value


def _select(choices: tuple[str, ...]) -> forms.Field:
    return forms.TypedChoiceField(choices=[(each, each) for each in choices], coerce=str)


def _text_leaf(help: str = "", suggestions: tuple[str, ...] = ()) -> Leaf:
    widget = Suggest(suggestions) if suggestions else forms.TextInput()
    return Leaf(forms.CharField(required=False, max_length=2048, widget=widget), help)


def _principal() -> Mapping[str, Part]:
    return {"Kind": Leaf(_select(KINDS)), "Who": _text_leaf()}


def _condition() -> Mapping[str, Part]:
    return {"Operator": _text_leaf("", OPERATORS), "Key": _text_leaf("", KEYS), "Values": Texts()}
