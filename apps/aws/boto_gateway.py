"""The gateway to one account through one role, with boto's clients behind it.

Reads by the catalogue's declarations and calls what a plan says, once. Never logs a parameter or an answer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jmespath

from apps.aws import reading, shapes
from apps.aws.errors import SENTENCES, translated
from apps.aws.gateway import Access, Answer, AwsError, ErrorKind, Observation
from apps.aws.reading import PartAnswer, Place
from apps.aws.sessions import ClientFactory
from apps.aws.validate import validate_parameters
from apps.catalog.registry import native
from apps.catalog.types import Arguments, NativeType, Part, Read

Json = Any
UNREAD = {ErrorKind.DENIED, ErrorKind.NOT_IMPLEMENTED}


class BotoGateway:
    """See `Gateway`. Only one made with `mutating=True` executes calls."""

    def __init__(
        self,
        factory: ClientFactory,
        access: Access,
        *,
        mutating: bool = False,
        types: Callable[[str], NativeType | None] = native,
    ) -> None:
        self.access = access
        self._factory = factory
        self._mutating = mutating
        self._types = types

    def list(self, type_name: str, region: str) -> Iterable[Observation]:
        """All resources of a type in a region. One that vanishes while it is read is left out."""
        declared = self._declared(type_name)
        for item in self._items(declared, declared.list, region, ""):
            if (seen := self._observed(declared, item, region)) is not None:
                yield seen

    def read(self, type_name: str, region: str, identifier: str) -> Observation | None:
        """One resource, or None when it does not exist."""
        declared = self._declared(type_name)
        try:
            for item in self._items(declared, declared.read, region, identifier):
                seen = self._observed(declared, item, region)
                if seen is not None and seen.identifier == identifier:
                    return seen
        except AwsError as error:
            if error.kind is ErrorKind.MISSING or error.code in declared.read.missing:
                return None
            raise
        return None

    def execute(
        self, service: str, operation: str, region: str, parameters: Mapping[str, Json], outputs: Mapping[str, str]
    ) -> Answer:
        """Make one call, once, without retries; what botocore's model refuses is not sent."""
        if not self._mutating:
            raise AwsError(ErrorKind.INVALID, "This process may only read. Calls are made by the executor.")
        if wrong := validate_parameters(service, operation, parameters):
            sentence = SENTENCES[ErrorKind.INVALID].format(call=f"{service}.{operation}")
            raise AwsError(ErrorKind.INVALID, " ".join([sentence, *wrong]))
        quiet = shapes.sensitive(service, operation, parameters)
        client = self._factory.client(self.access, service, region, mutating=True)
        with self._translated(service, operation, quiet=quiet):
            answer = getattr(client, operation)(**parameters)
        metadata = answer.get("ResponseMetadata", {})
        found = {name: reading.jsonable(jmespath.search(path, answer)) for name, path in outputs.items()}
        return Answer(
            request_id=str(metadata.get("RequestId") or ""),
            http_status=int(metadata.get("HTTPStatusCode") or 0),
            outputs={name: value for name, value in found.items() if value is not None},
        )

    def _declared(self, type_name: str) -> NativeType:
        found = self._types(type_name)
        if found is None:
            raise AwsError(ErrorKind.INVALID, f"{type_name} can't be read here yet. Choose another type.")
        return found

    def _translated(self, service: str, operation: str, *, quiet: bool = False, asking: bool = False) -> Any:
        return translated(service, operation, emulated=bool(self._factory.endpoint_url), quiet=quiet, asking=asking)

    def _items(self, declared: NativeType, how: Read, region: str, identifier: str) -> Iterator[Mapping[str, Json]]:
        """The items of a list or read, page by page."""
        parents = self._items(declared, how.within, region, "") if how.within else iter([{}])
        for parent in parents:
            facts = {"id": identifier, "region": region, "account": self.access.account, "parent": parent}
            for page in self._pages(declared.service, how.operation, region, _arguments(how.arguments, facts)):
                yield from jmespath.search(how.items, page) or []

    def _pages(self, service: str, operation: str, region: str, arguments: Mapping[str, Json]) -> Iterator[Json]:
        client = self._factory.client(self.access, service, region, mutating=False)
        with self._translated(service, operation, asking=True):
            if not client.can_paginate(operation):
                yield getattr(client, operation)(**arguments)
                return
            pages = iter(client.get_paginator(operation).paginate(**arguments))
        while True:
            with self._translated(service, operation, asking=True):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _observed(self, declared: NativeType, item: Mapping[str, Json], region: str) -> Observation | None:
        document = reading.document(declared, item)
        try:
            parts = [self._part(declared, part, document, region) for part in declared.parts]
        except AwsError as error:
            if error.kind is ErrorKind.MISSING:
                return None
            raise
        place = Place(self.access.account, region, partition=self.access.role_arn.split(":")[1])
        return reading.observation(declared, item, parts, place)

    def _part(self, declared: NativeType, part: Part, document: Mapping[str, Json], region: str) -> PartAnswer:
        """One more read about a resource. What may not be read is noted; anything else that fails is raised."""
        client = self._factory.client(self.access, declared.service, region, mutating=False)
        try:
            with self._translated(declared.service, part.operation, asking=True):
                return PartAnswer(part, getattr(client, part.operation)(**_arguments(part.arguments, document)))
        except AwsError as error:
            if error.code in part.absent:
                return PartAnswer(part, None)
            if error.kind in UNREAD:
                return PartAnswer(part, None, unread=error.sentence)
            raise


def _arguments(declared: Arguments, facts: Mapping[str, Json]) -> dict[str, Json]:
    return {name: jmespath.search(expression, dict(facts)) for name, expression in declared.items()}
