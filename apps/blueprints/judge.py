"""What makes a template of somebody else unusable here, each with its place: judged before it is kept. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.blueprints import circles
from apps.blueprints.foreach import LOOP, unrolled
from apps.blueprints.resolve import Broken, Place, Problem
from apps.catalog import registry

Json = Any
EXTENSIONS = "AWS::LanguageExtensions"
MOST = 500
SECTIONS = (
    *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions", "Rules"),
    *("Transform", "Resources", "Outputs"),
)
PSEUDO = "AWS::"
NESTED = {"AWS::CloudFormation::Stack": "a nested stack. Import its template by itself"}


def problems(template: Mapping[str, Json]) -> list[Problem]:
    """Everything that is wrong with it; [] for a template that can be imported once its questions are answered."""
    found = [*_frame(template), *_transforms(template)]
    if found:
        return found
    defaults = {n: p["Default"] for n, p in (template.get("Parameters") or {}).items() if "Default" in p}
    try:
        resources = unrolled(template["Resources"], defaults, ("Resources",))
    except Broken as broken:
        return [] if _open(template) else [broken.problem]
    return [*_resources(resources), *_names(template, resources)]


def _open(template: Mapping[str, Json]) -> bool:
    """Whether a loop goes through a parameter that has no default, so that only an import can unroll it."""
    asked = {name for name, each in (template.get("Parameters") or {}).items() if "Default" not in each}
    loops = [each for name, each in template["Resources"].items() if str(name).startswith(LOOP)]
    return any(circles.uses(each) & asked for each in loops)


def _frame(template: Mapping[str, Json]) -> Iterator[Problem]:
    for name in template:
        if name not in SECTIONS:
            yield Problem((str(name),), "Templates have no such section.")
    for name in ("Parameters", "Mappings", "Conditions", "Resources"):
        section = template.get(name)
        if section is not None and not (isinstance(section, Mapping) and all(isinstance(k, str) for k in section)):
            yield Problem((name,), "This section is an object.")
    resources = template.get("Resources")
    if not resources:
        yield Problem(("Resources",), "The template has no resources.")
    elif isinstance(resources, Mapping) and len(resources) > MOST:
        yield Problem(("Resources",), f"{len(resources)} resources are more than the {MOST} that a template may have.")
    parameters = template.get("Parameters")
    for name, each in parameters.items() if isinstance(parameters, Mapping) else ():
        if not isinstance(each, Mapping) or not isinstance(each.get("Type"), str):
            yield Problem(("Parameters", str(name)), "A parameter has a Type.")


def _transforms(template: Mapping[str, Json]) -> Iterator[Problem]:
    named = template.get("Transform")
    for each in named if isinstance(named, list) else [named] if named else []:
        if each != EXTENSIONS:
            yield Problem(("Transform",), f"{str(each)[:100]} is a macro, which runs only in AWS. Give what it makes.")
    for place in _of("Fn::Transform", template, ()):
        yield Problem(place, "A macro runs only in AWS. Give what it makes.")
    for place in _of("Fn::ImportValue", template, ()):
        yield Problem(place, "What other stacks export is not known here. Make it a parameter.")


def _of(function: str, node: Json, place: Place) -> Iterator[Place]:
    members = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for name, member in members:
        own = (*place, str(name))
        if name == function:
            yield own
        yield from _of(function, member, own)


def _resources(resources: Mapping[str, Json]) -> Iterator[Problem]:
    for name, each in resources.items():
        place = ("Resources", str(name))
        kind = each.get("Type") if isinstance(each, Mapping) else None
        if not isinstance(kind, str):
            yield Problem(place, "A resource has a Type.")
        elif why := _unusable(kind):
            yield Problem((*place, "Type"), f"{kind[:100]} is {why}.")


def _unusable(kind: str) -> str:
    native = registry.native(kind)
    if (native is not None and native.create is not None) or kind in circles.RULES.values():
        return ""
    if kind in NESTED:
        return NESTED[kind]
    if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
        return "a custom resource, whose program runs only in AWS"
    return "a module, which only AWS knows" if kind.endswith("::MODULE") else "a type that can't be made here"


def _names(template: Mapping[str, Json], resources: Mapping[str, Json]) -> Iterator[Problem]:
    """References to nothing, and resources that refer to each other in a circle."""
    known = {*resources, *(template.get("Parameters") or {})}
    for name, each in resources.items():
        strange = sorted(used for used in circles.uses(each) - known if not used.startswith(PSEUDO))
        for used in strange:
            yield Problem(("Resources", name), f"“{used[:100]}” is neither a parameter nor a resource of the template.")
    if circle := circles.circle(resources):
        said = f"{', '.join(circle)} refer to each other in a circle. Take one of the references out."
        yield Problem(("Resources", circle[0]), said)
