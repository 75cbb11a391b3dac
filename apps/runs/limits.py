"""How much may be under way at once in an environment and in its account.

Asked while the rows of both are locked, in the transaction that takes the place, so that two workers never take the
last one both. A run that needs a person holds its resources but no place.
"""

from apps.environments.models import Account, Environment
from apps.runs.models import Attempt, Run
from apps.runs.states import AttemptState, RunState, StepState
from apps.runs.work import Postpone, Work

RUN_AGAIN, CALL_AGAIN = 30, 1  # seconds; the end of a run rings for those that wait
ON_THE_WAY = (StepState.RUNNING, StepState.WAITING)


def check_run(run: Run) -> None:
    """Raise `Postpone` while as many runs of the environment are going as may."""
    environment = _locked(run.change_request.environment)
    going = Run.objects.filter(change_request__environment=environment, state=RunState.RUNNING).exclude(pk=run.pk)
    if going.count() >= environment.runs_most:
        most = environment.runs_most
        raise Postpone(
            RUN_AGAIN,
            f"Waits for its turn: no more than {most} of the runs of {environment.name} may be going at once.",
        )


def check_call(work: Work) -> None:
    """Raise `Postpone` while as many calls of the environment, or of its account, wait for an answer as may."""
    environment = _locked(work.environment)
    account = Account.objects.select_for_update(no_key=True).get(pk=environment.account_id)
    open_calls = Attempt.objects.filter(state=AttemptState.INTENDED, step__state__in=ON_THE_WAY)
    beside = open_calls.exclude(step=work.step.pk)
    in_account = beside.filter(step__run__change_request__environment__account=account)
    here = in_account.filter(step__run__change_request__environment=environment)
    for name, most, going in (
        (environment.name, environment.calls_most, here),
        (account.name, account.calls_most, in_account),
    ):
        if going.count() >= most:
            raise Postpone(
                CALL_AGAIN,
                f"Waits for its turn: no more than {most} of the calls of {name} may be on their way at once.",
            )


def _locked(environment: Environment) -> Environment:
    return Environment.objects.select_for_update(no_key=True, of=("self",)).get(pk=environment.pk)
