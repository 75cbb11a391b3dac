"""Whatever people do in whatever order: no run starts whose content was not approved by all that it needed.

What was agreed to is kept here a second time, from the outside: the plans as people saw them when they decided.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from apps.changes.commands import edit, replan, submit
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.people.models import Role, RoleBinding, User
from apps.planner.follow import due, follow
from apps.planner.request import plan_request
from apps.refusal import Refused
from apps.reviews.administer import save_rule, save_team
from apps.reviews.commands import approve, request_changes
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import Rule
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import RDS, TOKYO, Account

PEOPLE = ("aiko", "daichi", "ben", "chie", "dora")
REVIEWERS = ("daichi", "ben", "chie", "dora")
EXAMPLES = int(os.environ.get("RINGI_EXAMPLES", "8"))
EVERYTHING = "Everything"


@dataclass
class World:
    """One request, everybody who may touch it, and what was agreed to, noted beside the product."""

    people: dict[str, User]
    prod: Environment
    aws: Account
    request: ChangeRequest
    team: set[str] = field(default_factory=lambda: {"chie", "dora"})
    asked: int = 1
    needed: int = 1
    said: dict[str, str] = field(default_factory=dict)
    authors: set[str] = field(default_factory=lambda: {"aiko"})
    reviewing: set[str] = field(default_factory=lambda: set(REVIEWERS))
    started: int = 0

    @property
    def text(self) -> str:
        self.request.refresh_from_db()
        return self.request.revision.canonical if self.request.revision else ""

    @property
    def digest(self) -> str:
        self.request.refresh_from_db()
        return self.request.revision.digest if self.request.revision else ""

    def edit(self, who: str, largest: bool, grows: int) -> None:
        changes = [flow.resize(to="db.r6g.2xlarge" if largest else "db.r6g.xlarge")]
        changes += [flow.let_grow("users-prod", most=grows)] if grows else []
        self.request.refresh_from_db()
        edit(
            by=self.people[who], change_request=self.request, edition=self.request.edition, title="Resize", reason="",
            changes=changes,
        )  # fmt: skip
        self.authors.add(who)

    def submit(self, who: str) -> None:
        self.request.refresh_from_db()
        submit(by=self.people[who], change_request=self.request, edition=self.request.edition)
        self.authors.add(who)
        self.asked = self.needed
        self.plan()

    def replan(self, who: str) -> None:
        replan(by=self.people[who], change_request=self.request)
        self.authors.add(who)
        self.asked = max(self.asked, self.needed)
        self.plan()

    def plan(self) -> None:
        plan_request(self.request.pk, open_reader=self.aws.reader)

    def approve(self, who: str) -> None:
        text = self.text
        approve(by=self.people[who], change_request=self.request, digest=self.digest)
        self.said[who] = text

    def agree(self, but: str) -> None:
        """Everybody who can, but one."""
        for who in REVIEWERS:
            if who != but:
                with contextlib.suppress(Refused):
                    self.approve(who)

    def refuse(self, who: str) -> None:
        request_changes(by=self.people[who], change_request=self.request, digest=self.digest, text="No")
        self.said.pop(who, None)

    def rule(self, needed: int) -> None:
        found = Rule.objects.get(name=EVERYTHING)
        save_rule(by=self.people["goro"], name=EVERYTHING, condition=Condition(), asks=[Ask(needed)], rule=found)
        self.needed = needed

    def role(self, who: str) -> None:
        """Taken away, or given back."""
        mine = RoleBinding.objects.filter(user=self.people[who], role=Role.REVIEWER)
        if who in self.reviewing:
            mine.delete()
        else:
            RoleBinding.objects.create(user=self.people[who], role=Role.REVIEWER, environment="prod")
        self.reviewing ^= {who}

    def live(self, size: str) -> None:
        """Somebody changes it in the console: the size that the request is about, or something else."""
        if size == "other":
            self.aws.documents["orders-prod"]["MultiAZ"] ^= True
        else:
            self.aws.documents["orders-prod"]["DBInstanceClass"] = size

    def follow(self) -> None:
        """Inventory reads what is live, and the request is compared with it."""
        for name in self.aws.documents:
            seen = self.aws.read(RDS, TOKYO, name)
            assert seen is not None
            record_observation(environment=self.prod, observation=seen, cause="refresh")
        for pk in due():
            follow(pk, open_reader=self.aws.reader)
            self.asked = max(self.asked, self.needed)

    def start(self, who: str) -> None:
        text = self.text
        start(by=self.people[who], change_request=self.request, digest=self.digest)
        self.started += 1
        self.check(text)

    def check(self, text: str) -> None:
        """What has just begun was agreed to, by enough of those who could."""
        counting = {who: seen for who, seen in self.said.items() if who in self.reviewing - self.authors}
        whole = {who for who, seen in counting.items() if seen == text}
        asked = max(self.asked, self.needed)
        assert len(whole) >= asked, (asked, whole, text)
        owners = {who for who, seen in counting.items() if who in self.team and part(seen) == part(text)}
        assert owners, (counting.keys(), text)


def part(text: str) -> Any:
    """What a plan does to the class of the database, with its calls."""
    return [change for change in json.loads(text)["changes"] if change["name"] == "orders-prod"]


WHO = st.sampled_from(PEOPLE)
STEPS = st.one_of(
    st.builds(lambda *a: lambda world: world.edit(*a), WHO, st.booleans(), st.sampled_from((0, 500, 900))),
    st.builds(lambda who: lambda world: world.submit(who), WHO),
    st.builds(lambda who: lambda world: world.submit(who), st.just("aiko")),
    st.builds(lambda who: lambda world: world.replan(who), WHO),
    st.builds(lambda who: lambda world: world.approve(who), WHO),
    st.builds(lambda who: lambda world: world.approve(who), st.sampled_from(REVIEWERS)),
    st.builds(lambda but: lambda world: world.agree(but), WHO),
    st.builds(lambda who: lambda world: world.refuse(who), st.sampled_from(REVIEWERS)),
    st.builds(lambda needed: lambda world: world.rule(needed), st.sampled_from((2, 3))),
    st.builds(lambda who: lambda world: world.role(who), st.sampled_from(REVIEWERS)),
    st.builds(lambda size: lambda world: world.live(size), st.sampled_from(("other", "db.r6g.large", "db.m6g.large"))),
    st.builds(lambda: lambda world: world.follow()),
    st.builds(lambda who: lambda world: world.start(who), WHO),
    st.builds(lambda who: lambda world: world.start(who), st.just("aiko")),
)
Step = Callable[[World], None]


@contextlib.contextmanager
def world(people: dict[str, User], prod: Environment) -> Iterator[World]:
    """Everything that it does is forgotten at its end."""
    with transaction.atomic():
        aws = Account()
        for name in ("orders-prod", "users-prod"):
            aws.database(name)
        made = World(people, prod, aws, flow.draft(people["aiko"], prod), asked=2, needed=2)
        save_rule(by=people["goro"], name=EVERYTHING, condition=Condition(), asks=[Ask(2)])
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def everybody(people: dict[str, User]) -> dict[str, User]:
    for name, role in (("goro", Role.ADMINISTRATOR), ("dora", Role.REVIEWER)):
        people[name] = User.objects.create_user(name, f"{name}@example.test", None, full_name=name.title())
        RoleBinding.objects.create(user=people[name], role=role, environment="" if name == "goro" else "prod")
    RoleBinding.objects.create(user=people["daichi"], role=Role.REVIEWER, environment="prod")
    team = save_team(by=people["goro"], name="Class owners", members=[people["chie"], people["dora"]])
    owned = Condition(touches="DBInstanceClass")
    save_rule(by=people["goro"], name="Classes", condition=owned, asks=[Ask(1, f"team:{team.pk}")])
    return people


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=6, max_size=24))
def test_nothing_starts_that_was_not_agreed_to(
    everybody: dict[str, User], prod: Environment, steps: list[Step]
) -> None:
    with world(everybody, prod) as found:
        for step in steps:
            with contextlib.suppress(Refused):
                step(found)
        event(f"{found.started} runs started")


def test_what_everybody_agreed_to_starts(everybody: dict[str, User], prod: Environment) -> None:
    """That the walk above can get there at all."""
    with world(everybody, prod) as found:
        found.submit("aiko")
        for who in ("ben", "chie"):
            found.approve(who)
        found.start("aiko")
        assert found.started == 1
