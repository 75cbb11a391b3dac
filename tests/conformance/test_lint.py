"""cfn-lint refuses nothing that is right, whatever the type, and its rules are those that we know of."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.catalog import references, schemas
from apps.catalog.references import ITEM, Pointer
from apps.catalog.registry import TYPES, native
from apps.planning import lint
from apps.planning.build import build
from apps.planning.lint import Finding
from apps.planning.plan import Action, Output, Plan, Proposal, Target
from apps.planning.template import Wanted
from tests.conformance.documents import DOCUMENTS
from tests.conformance.offences import TOKYO

ACCOUNT = "111111111111"


def new(type_name: str, document: dict[str, Any]) -> Wanted:
    return Wanted(type_name, TOKYO, document, created=True)


def wrong(*resources: Wanted) -> list[Finding]:
    """What sends a request back, and what can't be judged."""
    found = lint.findings(dict(enumerate(resources, 1)))
    return [finding for finding in found if finding.refuses or finding.unjudged]


def test_every_native_type_has_a_document_here() -> None:
    assert set(DOCUMENTS) == {declared.name for declared in TYPES}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_valid_document_of_a_type_is_planned_and_not_refused(name: str) -> None:
    document = DOCUMENTS[name]
    plan = build(Target("prod", ACCOUNT), [Proposal(1, Action.CREATE, name, TOKYO, "", "new", document)], {})
    assert isinstance(plan, Plan)
    assert wrong(new(name, document)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_aws_sets_by_itself_is_no_fault(name: str) -> None:
    pointers = (pointer.split("/")[2:] for pointer in schemas.registered(name, TOKYO).get("readOnlyProperties", ()))
    assert wrong(new(name, {pointer[0]: "x" for pointer in pointers if len(pointer) == 1} | DOCUMENTS[name])) == []


def referring(document: Any, pointer: Pointer, node: Output) -> Iterator[Any]:
    """The document with the node in the first place of the pointer, if there is one."""
    if not pointer:
        yield node
    elif pointer[0] == ITEM and isinstance(document, list) and document:
        for inner in referring(document[0], pointer[1:], node):
            yield [inner, *document[1:]]
    elif isinstance(document, dict) and pointer[0] in document:
        for inner in referring(document[pointer[0]], pointer[1:], node):
            yield document | {pointer[0]: inner}


def referred() -> Iterator[Any]:
    """Every document with an output of another's creation in the place of each value that names another resource."""
    for name in DOCUMENTS:
        for reference in references.references(name):
            created = (declared := native(reference.type)) and declared.create
            if created and reference.attribute in created.outputs:
                for document in referring(DOCUMENTS[name], reference.pointer, Output(2, reference.attribute)):
                    yield pytest.param(name, document, reference.type, id=f"{name}.{'.'.join(reference.pointer)}")


@pytest.mark.parametrize(("name", "document", "other"), list(referred()))
def test_a_reference_to_what_the_request_creates_is_no_fault(name: str, document: dict[str, Any], other: str) -> None:
    """Whatever refers to something by the catalogue may do so by an output of its creation."""
    assert wrong(new(name, document), new(other, DOCUMENTS[other])) == []


FAULTS = (
    ("AWS::RDS::DBInstance", {"DBInstanceClass": "db.m6g.enormous"}, "DBInstanceClass"),
    ("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{"IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"}]}, None),
    ("AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTPS"}, "Certificates"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Subnets": ["subnet-0a1b2c3d4e5f60718"]}, "Subnets"),
    ("AWS::AutoScaling::AutoScalingGroup", {"MinSize": "3", "MaxSize": "2"}, None),
    ("AWS::ECS::TaskDefinition", {"RequiresCompatibilities": ["FARGATE"], "Memory": "300"}, None),
    ("AWS::Lambda::Function", {"Runtime": "nodejs14.x"}, "Runtime"),
)


@pytest.mark.parametrize(("name", "change", "at"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_what_aws_would_not_take_is_refused_at_its_property(name: str, change: dict[str, Any], at: str | None) -> None:
    found = wrong(new(name, DOCUMENTS[name] | change))
    assert found
    assert at in {finding.property for finding in found} | {None}


def test_every_rule_that_is_named_exists() -> None:
    known = lint.loaded().rules
    named = [prefix for prefix, _ in lint.EXCLUDED] + [*lint.DATED, *lint.BROKEN, lint.UNKNOWN_TYPE, lint.ASKED]
    assert [each for each in named if not any(rule.startswith(each) for rule in known)] == []


def test_no_exclusion_covers_another() -> None:
    prefixes = [prefix for prefix, _ in lint.EXCLUDED]
    assert [(a, b) for a in prefixes for b in prefixes if a != b and a.startswith(b)] == []
    assert all(why for _, why in lint.EXCLUDED)
