"""botocore's own service models, loaded once and without credentials."""

import gzip
import json
import os
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import botocore.loaders
from botocore import xform_name
from botocore.exceptions import BotoCoreError
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape


class _Undocumented(botocore.loaders.JSONFileLoader):
    """Models without their prose, which nothing here reads: a third of the memory and of the time."""

    def load_file(self, file_path: str) -> Any:
        for ending, opened in ((".json", open), (".json.gz", gzip.open)):
            if os.path.isfile(file_path + ending):
                with opened(file_path + ending, "rb") as file:
                    return json.loads(file.read(), object_pairs_hook=_without_prose)
        return None


def _without_prose(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Where a member has the name, its value is no text."""
    return {n: "" if n == "documentation" and isinstance(value, str) else value for n, value in pairs}


LOADER = botocore.loaders.create_loader()
LOADER.file_loader = _Undocumented()
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
