"""The gateway to one account through one role, with boto's clients behind it.

Reads by the catalogue's declarations and calls what a plan says, once. Never logs a parameter or an answer.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import jmespath

from apps.aws import parts, reading, shapes
from apps.aws.errors import SENTENCES, translated
from apps.aws.gateway import Access, Answer, AwsError, ErrorKind
from apps.aws.parts import arguments, chunks
from apps.aws.reading import Place
from apps.aws.sessions import ClientFactory
from apps.aws.validate import validate_parameters
from apps.catalog.registry import native
from apps.catalog.types import Lookup, NativeType, Read
from apps.planning.plan import Observation

Json = Any
TOGETHER = 100  # resources that are completed together
ONE_BY_ONE = 10  # of those that take further calls each, so that a slow reading shows what it has
READS = ("describe_", "get_", "list_")
MANY = 4  # from here on a list is tried before each is read
LISTED_MOST = 50  # resources listed for each that is wanted, before the others are read one by one


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

    def list(self, type_name: str, region: str, skip: Collection[str] = ()) -> Iterable[Observation]:
        """All resources of a type in a region but those to `skip`. One that vanishes while it is read is left out."""
        declared = self._declared(type_name)
        listed = self._items(declared, declared.list, region, "")
        items = (item for item in listed if not skip or reading.identifier(declared, item) not in skip)
        size = TOGETHER if parts.in_pages(declared) else ONE_BY_ONE
        while some := list(islice(items, size)):
            yield from self._observed(declared, some, region)

    def read(self, type_name: str, region: str, identifier: str) -> Observation | None:
        """One resource, or None when it does not exist."""
        declared = self._declared(type_name)
        try:
            found = [*self._items(declared, declared.read, region, identifier)]
            wanted = [item for item in found if reading.identifier(declared, item) == identifier]
            return next(iter(self._observed(declared, wanted[:1], region)), None)
        except AwsError as error:
            if error.kind is ErrorKind.MISSING or error.code in declared.read.missing:
                return None
            raise
        return None

    def read_many(self, type_name: str, region: str, identifiers: Collection[str]) -> Mapping[str, Observation]:
        """Those that exist, by identifier. What a list doesn't show, such as what is gone, is read by itself."""
        wanted = set(identifiers)
        found: dict[str, Observation] = {}
        if len(wanted) >= MANY and parts.in_pages(self._declared(type_name)):
            for seen in islice(self.list(type_name, region), LISTED_MOST * len(wanted)):
                if seen.identifier in wanted:
                    found[seen.identifier] = seen
                if len(found) == len(wanted):
                    break
        alone = ((each, self.read(type_name, region, each)) for each in wanted - found.keys())
        return found | {identifier: seen for identifier, seen in alone if seen is not None}

    def ask(self, service: str, operation: str, region: str, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
        """The whole answer of an operation that only reads; any other is refused by its name."""
        if not operation.startswith(READS):
            raise AwsError(ErrorKind.INVALID, f"{operation} is no question. Calls are made by a run.")
        client = self._factory.client(self.access, service, region, mutating=False)
        with self._translated(service, operation, asking=True):
            answer: Mapping[str, Json] = client.whole(operation, **parameters)
            return answer

    def ready(self, service: str, region: str) -> None:
        """Assume the role and keep the client."""
        self._factory.client(self.access, service, region, mutating=self._mutating)

    def execute(
        self,
        service: str,
        operation: str,
        region: str,
        parameters: Mapping[str, Json],
        outputs: Mapping[str, str],
        *,
        quiet: bool = False,
    ) -> Answer:
        """Make one call, once, without retries; what botocore's model refuses is not sent."""
        if not self._mutating:
            raise AwsError(ErrorKind.INVALID, "This process may only read. Calls are made by the executor.")
        if wrong := validate_parameters(service, operation, parameters):
            sentence = SENTENCES[ErrorKind.INVALID].format(call=f"{service}.{operation}")
            raise AwsError(ErrorKind.INVALID, " ".join([sentence, *wrong]))
        quiet = quiet or shapes.sensitive(service, operation, parameters)
        client = self._factory.client(self.access, service, region, mutating=True)
        with self._translated(service, operation, quiet=quiet):
            answer = client.call(operation, **parameters)
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
        pieces = {"ids": identifier.split("|"), "path": identifier.split("/")}
        facts = {"id": identifier, **pieces, "region": region, "account": self.access.account}
        parents = self._items(declared, how.within, region, identifier) if how.within else iter([{}])
        for parent in parents:
            here = {**facts, "parent": parent}
            added = arguments(how.adds, here)
            for page in self._pages(declared.service, how.operation, region, arguments(how.arguments, here)):
                found = jmespath.search(how.items, page) or []
                found = self._looked_up(declared, how.lookup, found, region, here) if how.lookup else found
                found = (each for item in found for each in how.split(item)) if how.split else found
                yield from ({**item, **added} for item in found) if added else found

    def _looked_up(
        self, declared: NativeType, how: Lookup, names: Sequence[Json], region: str, facts: Mapping[str, Json]
    ) -> Iterator[Mapping[str, Json]]:
        """The resources behind names; one that vanished meanwhile is left out."""
        for some in chunks(names, how.size):
            given = arguments(how.arguments, facts) | {how.argument: some[0] if how.size == 1 else list(some)}
            try:
                for page in self._pages(declared.service, how.operation, region, given):
                    yield from jmespath.search(how.items, page) or []
            except AwsError as error:
                if error.kind is not ErrorKind.MISSING:
                    raise

    def _pages(self, service: str, operation: str, region: str, arguments: Mapping[str, Json]) -> Iterator[Json]:
        pages = self._factory.client(self.access, service, region, mutating=False).pages(operation, **arguments)
        while True:
            with self._translated(service, operation, asking=True):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _observed(
        self, declared: NativeType, items: Sequence[Mapping[str, Json]], region: str
    ) -> Iterator[Observation]:
        """The resources with what their parts add."""

        def ask(operation: str, given: Mapping[str, Json]) -> Mapping[str, Json]:
            return self.ask(declared.service, operation, region, given)

        documents = [reading.document(declared, item) for item in items]
        place = Place(self.access.account, region, partition=self.access.role_arn.split(":")[1])
        facts = [
            {**known, "arn": reading.arn(declared, known, reading.identifier(declared, item), place)}
            for known, item in zip(documents, items, strict=True)
        ]
        for item, found in zip(items, parts.read(ask, declared.parts, facts), strict=True):
            if found is not None:
                yield reading.observation(declared, item, found, place)
