"""Reading for many at once: the first question about any of them is asked for all, and the answer is kept.

A round of looks at a thousand resources then costs the pages of a list. Not shared between threads.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from apps.aws.gateway import Answer, AwsError, Gateway
from apps.planning.plan import Observation

Kind = tuple[str, str]


class Together:
    """A gateway that answers for `wanted`, (type, region) -> identifiers, from one reading; all else it asks as ever.

    A reading that failed fails for each of them: it is not repeated.
    """

    def __init__(self, aws: Gateway, wanted: Mapping[Kind, Collection[str]]) -> None:
        self._aws = aws
        self._wanted = wanted
        self._answers: dict[Kind, Mapping[str, Observation] | AwsError] = {}

    def list(self, type_name: str, region: str, skip: Collection[str] = ()) -> Iterable[Observation]:
        return self._aws.list(type_name, region, skip)

    def read(self, type_name: str, region: str, identifier: str) -> Observation | None:
        kind = (type_name, region)
        if identifier not in self._wanted.get(kind, ()):
            return self._aws.read(type_name, region, identifier)
        if kind not in self._answers:
            self._answers[kind] = self._asked(kind)
        answer = self._answers[kind]
        if isinstance(answer, AwsError):
            raise answer
        return answer.get(identifier)

    def read_many(self, type_name: str, region: str, identifiers: Collection[str]) -> Mapping[str, Observation]:
        return self._aws.read_many(type_name, region, identifiers)

    def ask(self, service: str, operation: str, region: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._aws.ask(service, operation, region, parameters)

    def ready(self, service: str, region: str) -> None:
        self._aws.ready(service, region)

    def execute(
        self,
        service: str,
        operation: str,
        region: str,
        parameters: Mapping[str, Any],
        outputs: Mapping[str, str],
        *,
        quiet: bool = False,
    ) -> Answer:
        return self._aws.execute(service, operation, region, parameters, outputs, quiet=quiet)

    def _asked(self, kind: Kind) -> Mapping[str, Observation] | AwsError:
        try:
            return self._aws.read_many(*kind, self._wanted[kind])
        except AwsError as error:
            return error
