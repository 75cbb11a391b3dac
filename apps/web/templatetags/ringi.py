"""Tags of the design language: icons, chips, people, times and the navigation."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from lucide.templatetags.lucide import lucide

from apps.audit import verbs
from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.notifications import queries as notifications
from apps.people import queries as people
from apps.people.models import User
from apps.reviews import second
from apps.reviews.models import AdministrativeChange
from apps.reviews.progress import Progress
from apps.runs import watch
from apps.web.presenters import effects, evaluation, flow, marks, navigation, operations, values
from apps.web.presenters import prose as markdown

register = template.Library()

REFERENCE = re.compile(r"^CR-([0-9]{1,9})\b")
ADDRESS = re.compile(r"(https://\S+?)(?::?\s+|:?$)")
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter
def prose(text: str, mentions: Collection[str] = ()) -> str:
    """Markdown as HTML, with the user names that it mentions set off."""
    return markdown.prose(text, frozenset(mentions))


@register.filter
def sourced(sentence: str) -> str:
    """A sentence that names its source by address, with a link in the place of the address."""
    found = ADDRESS.search(sentence)
    if found is None:
        return sentence
    rest = ADDRESS.sub("", sentence, count=1).strip()
    return format_html('{} <a href="{}" rel="noreferrer">AWS documentation</a>', rest, found[1])


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 16, cls: str = "") -> str:
    """A decorative icon: hidden from assistive technology, so the text beside it must say the same."""
    return lucide(name, size=size, aria_hidden="true", focusable="false", **({"class": cls} if cls else {}))


@lru_cache(maxsize=512)
def _chip(chip: marks.Chip) -> str:
    return render_to_string("components/chip.html", {"chip": chip})


@register.simple_tag
def chip(label: str, tone: str = "", icon: str = "", title: str = "") -> str:
    return _chip(marks.Chip(label, tone, icon, title))


@register.simple_tag
def risk_chip(level: str) -> str:
    """`level`: low, medium or high."""
    return _chip(evaluation.chip(level))


@register.simple_tag
def state_chip(kind: str, value: str) -> str:
    """`kind`: change_request, run, step, scan, verification, decision, action or check."""
    return _chip(marks.state(kind, value))


@register.simple_tag
def status_chip(value: str) -> str:
    """The status AWS reports for a resource."""
    return _chip(marks.status(value))


@register.simple_tag
def person(name: object) -> str:
    """A person's name with initials. Takes a user or a name."""
    return _person(str(name))


@lru_cache(maxsize=512)
def _person(name: str) -> str:
    return render_to_string("components/person.html", {"name": name, "initials": initials(name)})


@register.simple_tag(takes_context=True)
def unread_notifications(context: Context) -> int:
    """How many notifications the reader has not read."""
    return notifications.unread(context["request"].user)


@register.simple_tag
def waiting_administration() -> list[AdministrativeChange]:
    """What one administrator asked for and a second one has to agree to."""
    return second.waiting()


@register.filter
def initials(name: str) -> str:
    words = str(name).split() or ["?"]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


@register.simple_tag
def moment(at: datetime | None) -> str:
    """A moment as its distance from now; the exact time is in its title and in `datetime`."""
    if at is None:
        return "never"
    here = timezone.localtime(at)
    exact = f"{here:%Y-%m-%d %H:%M:%S %Z}"
    return format_html('<time datetime="{}" title="{}">{}</time>', here.isoformat(), exact, ago(at))


@register.simple_tag
def exact(at: datetime) -> str:
    """A moment in the reader's zone, with its distance from now."""
    here = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{} <span class="small faint">{}</span></time>',
        *(here.isoformat(), f"{here:%Z}", f"{here:%Y-%m-%d %H:%M:%S}", ago(at)),
    )


@register.simple_tag
def zone() -> str:
    """The reader's time zone, in which days begin and times are shown."""
    return timezone.get_current_timezone_name()


@register.filter
def ago(at: datetime | None) -> str:
    """ "just now", "4 min ago", "3 h ago", "2 days ago", or the date when it is older than four weeks."""
    if at is None:
        return "never"
    seconds = (timezone.now() - at).total_seconds()
    if seconds < 0:
        return "in " + duration(-seconds)
    if seconds < MINUTE:
        return "just now"
    return f"{duration(seconds)} ago" if seconds < 28 * DAY else f"{timezone.localtime(at):%-d %b %Y}"


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds in the largest unit that fits: "12 s", "4 min", "3 h", "2 days"."""
    if seconds is None:
        return "unknown"
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < DAY:
        return f"{seconds / HOUR:.0f} h"
    days = round(seconds / DAY)
    return f"{days} day{'s' if days > 1 else ''}"


@register.filter
def shown(value: Any) -> values.Shown:
    """A JSON value, for `components/value.html`."""
    return value if isinstance(value, values.Shown) else values.show(value)


@register.filter
def literal(value: Any) -> str:
    """A JSON value as it stands in a call."""
    return values.literal(value)


@register.simple_tag(takes_context=True)
def navigation_groups(context: Context) -> list[navigation.Group]:
    """The groups of the navigation with the current item marked."""
    request = context["request"]
    if not request.user.is_authenticated:
        return []
    return navigation.groups(request.path, administers=people.administers(request.user))


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The current query string with some parameters set (or removed, with None), starting with "?"."""
    parameters: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = str(value)
    return "?" + parameters.urlencode()


@register.filter
def minutes_long(value: float) -> str:
    """ "under a minute", "12 min"."""
    return effects.minutes(value)


@register.filter
def approvals(progress: Mapping[int, Sequence[Progress]], request: ChangeRequest) -> str:
    """ "1 of 2" for a change request, of what `reviews.progress.progress_of` says of several."""
    return flow.approvals(progress.get(request.pk, ()))


@register.filter
def state_label(value: str, kind: str) -> str:
    """The word for a state of one kind of thing, as `state_chip` shows it."""
    return marks.state(kind, value).label


@register.filter
def short_type(name: str) -> str:
    """A CloudFormation type name without its vendor: "RDS DBInstance"."""
    return name.removeprefix("AWS::").replace("::", " ")


@register.filter
def pretty(value: Any) -> str:
    """A JSON value as indented text."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)


@register.filter
def happened(event: Event) -> str:
    """What an audit event says, without the name of the person."""
    return verbs.sentence(event)


@register.filter
def hash_hex(event: Event) -> str:
    """The hash of an audit event in hexadecimal."""
    return bytes(event.hash).hex()


@register.simple_tag
def demo_people() -> list[User]:
    """The people to sign in as with one click: those of the demo, nobody anywhere else."""
    return [each for each in people.people() if each.is_active] if settings.RINGI_DEMO else []


@register.simple_tag(takes_context=True)
def proposes(context: Context) -> bool:
    """Whether the person at the page may propose a change anywhere."""
    return people.proposes(context["request"].user)


@register.simple_tag
def nobody(kind: str) -> str:
    """What a page says where no planner, reader or executor takes the work that it waits for; "" where one does."""
    return operations.nobody(kind, list(watch.workers().filter(kind=kind)), timezone.now())


@register.filter
def roles(person: User) -> str:
    """A person's roles in words, each once: "Reviewer, Auditor"."""
    return ", ".join(dict.fromkeys(binding.get_role_display() for binding in person.bindings.all()))


@register.filter
def subject_url(subject: str) -> str:
    """The page of what an audit event was about, where its subject names a change request; "" otherwise."""
    found = REFERENCE.match(subject)
    return reverse("web:change_request", args=[found[1]]) if found else ""
