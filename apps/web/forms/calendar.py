"""A window of the calendar: when, where, and who may let something through."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms

from apps.environments import calendar
from apps.environments.models import CalendarWindow, Environment
from apps.web.forms.rules import Types, approvers, by_service, many
from apps.web.forms.widgets import Suggest

LOCAL = "%Y-%m-%dT%H:%M"
FORMS = (LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
SAME = ("name", "kind", "reason", "zone", "environments", "production", "types", "holds", "lets_through")
ONCE, DAILY, WEEKLY, MONTHLY, YEARLY, OWN = "", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "own"
REPEATS = (
    (ONCE, "Once"), (DAILY, "Every day"), (WEEKLY, "Every week"), (MONTHLY, "Every month, on the same day"),
    (YEARLY, "Every year"), (OWN, "By a rule of your own"),
)  # fmt: skip
DAYS = (("MO", "Mon"), ("TU", "Tue"), ("WE", "Wed"), ("TH", "Thu"), ("FR", "Fri"), ("SA", "Sat"), ("SU", "Sun"))
KINDS = ((calendar.FREEZE, "Freeze: nothing starts"), (calendar.OPEN, "Open window: only then something starts"))


def local(label: str, help_text: str = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return Wall(label=label, help_text=help_text, widget=widget)


class Wall(forms.DateTimeField):
    """A time on the clocks of some place: it is not moved into the zone of whoever writes it."""

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        for form in FORMS:
            try:
                return datetime.strptime(str(value).strip(), form)  # noqa: DTZ007 -- its zone is in another field
            except ValueError:
                continue
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class WindowForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Authors read it where it stops them: \u201cYear end\u201d.")
    kind = forms.ChoiceField(choices=KINDS, initial=calendar.FREEZE, widget=forms.RadioSelect)
    reason = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    starts, ends = local("Starts"), local("Ends", "Of the first time, where it repeats.")
    zone = forms.CharField(max_length=60, widget=Suggest(sorted(available_timezones())), help_text="As in Asia/Tokyo.")
    repeats = forms.ChoiceField(choices=REPEATS, required=False)
    days = many("On", choices=DAYS, help_text="Every week: none chosen, the day on which it starts.")
    rule = forms.CharField(required=False, max_length=300, help_text="RFC 5545, as in FREQ=MONTHLY;BYDAY=-1FR.")
    environments = many("Environments", help_text="None chosen: all of them.")
    production = forms.BooleanField(label="Only production", required=False)
    types = Types(label="Only resources of type", required=False, help_text="None chosen: any.")
    holds = forms.BooleanField(
        label="Hold runs that go on", required=False,
        help_text="They finish the call that is under way and wait for the end of the freeze.",
    )  # fmt: skip
    lets_through = many("Who may let a request through", help_text="Not its authors. Nobody chosen: nobody.")
    enabled = forms.BooleanField(required=False, initial=True)

    def __init__(self, data: Any, window: CalendarWindow | None = None, zone: str = "UTC") -> None:
        self.window = window
        super().__init__(data, initial=initial(window) if window else {"zone": zone})
        people = [(key, label) for key, label in approvers() if isinstance(label, list)]
        self._choices("environments", [(each.slug, each.name) for each in Environment.objects.all()])
        self._choices("lets_through", [row for _, rows in people for row in rows])
        self._choices("types", by_service())

    def _choices(self, name: str, found: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        field.choices = found

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", "It ends before it starts. Give a later time.")
        if data.get("repeats") == OWN and not data.get("rule"):
            self.add_error("rule", "Write the rule, or choose how it repeats.")
        if not self.errors and (refusal := calendar.check_window(self.made().window)):
            self.add_error("ends" if refusal.code == "minutes" else refusal.code, refusal.sentence)
        return data

    def made(self) -> CalendarWindow:
        """The window as it was written, not saved."""
        data = self.cleaned_data
        found = self.window or CalendarWindow()
        for name in SAME:
            setattr(found, name, data[name])
        found.name, found.enabled = data["name"].strip(), data["enabled"]
        found.starts = data["starts"].strftime(LOCAL)
        found.minutes = int((data["ends"] - data["starts"]) / timedelta(minutes=1))
        found.rule = rule(data["repeats"], data["days"], data["rule"], data["starts"].day)
        return found


def rule(repeats: str, days: list[str], own: str, day: int) -> str:
    if repeats == OWN:
        return own.strip().upper()
    by = f";BYDAY={','.join(days)}" if repeats == WEEKLY and days else ""
    by = f";BYMONTHDAY={day}" if repeats == MONTHLY else by
    return f"FREQ={repeats}{by}" if repeats else ""


def initial(window: CalendarWindow) -> dict[str, Any]:
    """What the form of a window begins with."""
    starts = datetime.fromisoformat(window.starts)
    parts = dict(part.partition("=")[::2] for part in window.rule.split(";"))
    days, repeats = parts.get("BYDAY", "").split(","), parts.get("FREQ", ONCE)
    known = [key for key, _ in DAYS]
    plain = rule(repeats, [day for day in days if day in known], "", starts.day) == window.rule
    names = (
        "name",
        "kind",
        "reason",
        "zone",
        "environments",
        "production",
        "types",
        "holds",
        "lets_through",
        "enabled",
    )
    return {
        **{name: getattr(window, name) for name in names},
        "starts": starts.strftime(LOCAL),
        "ends": (starts + timedelta(minutes=window.minutes)).strftime(LOCAL),
        "repeats": repeats if plain else OWN,
        "days": days if plain and repeats == WEEKLY else [],
        "rule": "" if plain else window.rule,
    }
