"""Resources that refer to each other in a circle, which no template can: rules of security groups become resources."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from apps.blueprints.parts import Left, Part

Json = Any
GROUP = "AWS::EC2::SecurityGroup"
RULES = {name: f"AWS::EC2::{name}" for name in ("SecurityGroupIngress", "SecurityGroupEgress")}


def broken(
    resources: Mapping[str, dict[str, Json]], parts: Mapping[str, Part]
) -> tuple[dict[str, dict[str, Json]], list[Left]]:
    """The resources without circles; what can't be freed of one is left out, with what refers to it."""
    answer = dict(resources)
    for name in _in_circles(answer):
        if answer[name]["Type"] == GROUP:
            answer |= _without_rules(name, answer)
    left: list[Left] = []
    while found := circle(answer):
        gone = {*found}
        while more := {name for name, each in answer.items() if name not in gone and uses(each) & gone}:
            gone |= more
        said = f"{', '.join(found)} refer to each other in a circle, which no template can hold."
        left += [Left(parts[n].type, parts[n].name, parts[n].identifier, said) for n in sorted(gone) if n in parts]
        answer = {name: each for name, each in answer.items() if name not in gone}
    return answer, left


def uses(value: Json) -> set[str]:
    """The logical names that a part of a template names; `Ref` of a parameter counts too."""
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            return {name}
        case {"Fn::GetAtt": [str(name), *_]}:
            return {name}
        case {"Fn::Sub": str(text)}:
            return {each.partition("}")[0].partition(".")[0] for each in text.split("${")[1:] if each[0] != "!"}
        case Mapping():
            own = value.get("DependsOn")
            said = {own} if isinstance(own, str) else set(own or ()) if isinstance(own, list) else set()
            return said.union(*(uses(member) for member in value.values()))
        case list():
            return set().union(*(uses(item) for item in value))
        case _:
            return set()


def circle(resources: Mapping[str, Json]) -> Sequence[str]:
    """Resources that refer to each other in a circle; [] where there are none."""
    graph = {name: uses(each) & resources.keys() for name, each in resources.items()}
    itself = next((name for name, used in graph.items() if name in used), "")
    if itself:
        return [itself]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(dict.fromkeys(error.args[1]))
    return []


def _in_circles(resources: Mapping[str, Json]) -> list[str]:
    """The groups that use each other or themselves, directly or through others."""
    graph = {name: uses(each) & resources.keys() for name, each in resources.items()}
    return [name for name in graph if name in _reached(graph, name)]


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    left = list(graph[start])
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += graph[name]
    return found


def _without_rules(name: str, resources: Mapping[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """The group without the rules that name a group of the template, and those as resources of their own."""
    group = resources[name]
    made: dict[str, dict[str, Json]] = {}
    properties = dict(group["Properties"])
    for prop, kind in RULES.items():
        rules = properties.get(prop) or []
        named = [rule for rule in rules if uses(rule) & resources.keys()]
        made |= dict(_rules(name, kind, named))
        properties[prop] = [rule for rule in rules if rule not in named]
    kept = {prop: value for prop, value in properties.items() if value != []}
    return {name: {**group, "Properties": kept}, **made}


def _rules(name: str, kind: str, rules: Sequence[Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    short = kind.rpartition("Group")[2]
    for number, rule in enumerate(rules, 1):
        properties = {"GroupId": {"Fn::GetAtt": [name, "GroupId"]}, **rule}
        yield f"{name}{short}{number}", {"Type": kind, "Properties": properties}
