"""What is wrong with the structure of an IAM policy, by the policy schemas that cfn-lint ships.

Which of them holds is told by the property: a role's trust policy, the policy of an identity, or of a resource.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from apps.catalog import faults, schemas

Json = Any
KINDS = {
    "AssumeRolePolicyDocument": "trust",
    "RepositoryPolicyText": "resource_ecr",
    "KeyPolicy": "resource",
    "AccessPolicies": "resource",
    "ResourcePolicyDocument": "resource",
}
VALIDATOR: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {name: faults.VALIDATOR.VALIDATORS[name] for name in ("requiredXor", "requiredOr", "pattern")}
)


def kind(type_name: str, name: str) -> str:
    """Which policy a property of a type holds; "" for none."""
    if name == "PolicyDocument":
        return "identity" if type_name.startswith("AWS::IAM::") else "resource"
    return KINDS.get(name, "")


def located(kind: str, value: Json) -> list[tuple[faults.Place, str]]:
    """The first faults of a policy with their places; of one that is text, as what it holds."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            return [((), f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.")]
    return faults.found(_validator(kind), value)


def members(kind: str) -> tuple[str, ...]:
    """The names that a statement of such a policy may have."""
    return tuple(_schema(f"policy_{kind}")["definitions"]["Statement"]["properties"])


@cache
def _validator(kind: str) -> Any:
    whole = _schema(f"policy_{kind}")
    known = ((name, DRAFT202012.create_resource(_schema(name))) for name in ("policy",))
    return VALIDATOR(whole, registry=Registry().with_resources(known))


def _schema(name: str) -> Mapping[str, Json]:
    raw = json.loads((schemas.folder() / "other" / "iam" / f"{name}.json").read_text())
    return {each: value for each, value in raw.items() if each != "$id"}
