"""botocore's own service models, loaded once and without credentials."""

import gzip
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import botocore.loaders
from botocore import xform_name
from botocore.exceptions import BotoCoreError
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from apps.catalog.operations import reading, writing
from apps.catalog.registry import TYPES

# Asked beside the declarations: who opens the door, what the roles allow, by botocore where a bucket is, what
# requests refer to, and what things cost.
BESIDE = {
    "sts": ("assume_role", "get_caller_identity"),
    "iam": (
        "get_role",
        "get_policy",
        "get_policy_version",
        "get_role_policy",
        "list_attached_role_policies",
        "list_role_policies",
    ),
    "s3": ("head_bucket",),
    "pricing": ("get_products",),
    "secretsmanager": ("describe_secret", "get_secret_value"),
    "ssm": ("describe_parameters", "get_parameter"),
}


class _Undocumented(botocore.loaders.JSONFileLoader):
    """Models without their prose, which nothing here reads: a third of the memory and of the time."""

    def load_file(self, file_path: str) -> Any:
        for ending, opened in ((".json", open), (".json.gz", gzip.open)):
            if os.path.isfile(file_path + ending):
                with opened(file_path + ending, "rb") as file:
                    return json.loads(file.read(), object_pairs_hook=_without_prose)
        return None


class _Needed(botocore.loaders.Loader):
    """Models with the operations that somebody may call; a client has no method for another. Parsed and cut once."""

    FILE_LOADER_CLASS = _Undocumented

    @botocore.loaders.instance_cache
    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        if type_name == "service-2":
            model |= _cut(service_name, model)  # in its place: the loader keeps what it has parsed
        return model


def _without_prose(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Where a member has the name, its value is no text."""
    return {n: "" if n == "documentation" and isinstance(value, str) else value for n, value in pairs}


def _cut(service_name: str, model: dict[str, Any]) -> dict[str, Any]:
    """The operations that are used, and the shapes that these reach."""
    used = {*BESIDE.get(service_name, ()), *_declared(service_name)}
    operations = {name: each for name, each in model["operations"].items() if xform_name(name) in used}
    shapes: dict[str, Any] = {}
    reached = set(_named(operations))
    while reached:
        shapes |= {name: model["shapes"][name] for name in reached}
        reached = set(_named([shapes[name] for name in reached])) - shapes.keys()
    return {"operations": operations, "shapes": shapes}


def _declared(service_name: str) -> Iterator[str]:
    for each in TYPES:
        if each.service == service_name:
            yield from (*reading(each), *writing(each))


def _named(value: Any) -> Iterator[str]:
    """The names of the shapes that a piece of a model refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _named(each)


LOADER = _Needed()
_LOCK = threading.Lock()


@lru_cache(maxsize=64)
def service(name: str) -> ServiceModel | None:
    """The model of a service as boto3 names it ("rds"), or None when the installed botocore doesn't know it."""
    with _LOCK:
        try:
            return ServiceModel(LOADER.load_service_model(name, "service-2"), name)
        except BotoCoreError:
            return None


@lru_cache(maxsize=64)
def _operations(name: str) -> dict[str, str]:
    model = service(name)
    return {xform_name(operation): operation for operation in model.operation_names} if model else {}


def operation(service_name: str, method: str) -> OperationModel | None:
    """The operation behind a client's method ("modify_db_instance"), or None when there is none."""
    model, name = service(service_name), _operations(service_name).get(method)
    return model.operation_model(name) if model and name else None


def input_shape(service_name: str, method: str) -> Shape | None:
    """What the operation takes; None when it takes nothing or does not exist."""
    found = operation(service_name, method)
    return found.input_shape if found else None


SECRET = re.compile(r"password|secret|authtoken|privatekey|credential", re.IGNORECASE)


def sensitive(service_name: str, method: str, parameters: Mapping[str, Any]) -> bool:
    """Whether a call carries a value that its model calls sensitive or whose name says so (the trait has gaps)."""
    shape = input_shape(service_name, method)
    return isinstance(shape, StructureShape) and _sensitive(shape, parameters)


def _sensitive(shape: Shape | None, value: Any) -> bool:
    if shape is None or shape.metadata.get("sensitive"):
        return shape is not None
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return any(SECRET.search(name) or _sensitive(shape.members.get(name), value[name]) for name in value)
    if isinstance(shape, ListShape) and isinstance(value, list):
        return any(_sensitive(shape.member, item) for item in value)
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return any(_sensitive(shape.value, item) for item in value.values())
    return False
