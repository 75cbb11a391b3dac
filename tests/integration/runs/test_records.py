"""What was approved and called stays as it was written, whoever asks the database to change it."""

import pytest
from django.db import IntegrityError, transaction

from apps.environments.models import Environment
from apps.people.models import User
from apps.runs.models import Attempt, Run, Step
from tests.integration import flow
from tests.integration.estate import Account

WRITTEN = [
    (Run, {"digest": "0" * 64}), (Run, {"nonce": "0" * 64}), (Run, {"started_by": None}),
    (Step, {"parameters": {"DBInstanceIdentifier": "other"}}), (Step, {"key": "9.9"}), (Step, {"operation": "delete"}),
    (Attempt, {"client_token": "x"}), (Attempt, {"mark": "CR-1/1"}), (Attempt, {"session_name": "x"}),
]  # fmt: skip


@pytest.fixture
def run(db: None, aws: Account, prod: Environment, people: dict[str, User]) -> Run:
    return flow.pump(flow.started(people, prod, aws), aws)


@pytest.mark.parametrize(("model", "values"), WRITTEN, ids=[f"{m.__name__}.{next(iter(v))}" for m, v in WRITTEN])
def test_it_is_not_rewritten(run: Run, model: type[Run | Step | Attempt], values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=r"can not be rewritten|violates not-null"), transaction.atomic():
        model.objects.update(**values)


@pytest.mark.parametrize("model", [Attempt, Step, Run])
def test_it_is_not_removed(run: Run, model: type[Run | Step | Attempt]) -> None:
    with pytest.raises(IntegrityError, match="can not be rewritten"), transaction.atomic():
        model.objects.all()._raw_delete("default")
