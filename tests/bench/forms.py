"""How long the form of each type takes, beside a plain Django form of as many fields: `make bench-forms`.

Built and rendered as the page does it, without the queries that offer existing resources. Milliseconds are of this
machine; the ratios are measured in one run, interleaved.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.update({"RINGI_PROCESS": "manage", "SECRET_KEY": "bench", "DEBUG": "1"})
os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1/none")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django import forms
from django.template.loader import render_to_string

from apps.catalog.registry import TYPES
from apps.catalog.types import NativeType
from apps.web.forms.propose import ChangeForm, FieldRow

LIMIT, ROUNDS, SHOWN, REGION = 300.0, 7, 12, "ap-northeast-1"


def ours(native: NativeType) -> str:
    return render_to_string("propose/fields.html", {"form": ChangeForm(native, REGION, {}, creating=True)})


def plain(count: int) -> str:
    """The same page over a form of texts."""
    fields = {f"Field{number}": forms.CharField(required=False) for number in range(count)}
    form = type("Plain", (forms.Form,), dict(fields))()
    rows = [FieldRow(form[name], "", (), "", False) for name in fields]
    return render_to_string("propose/fields.html", {"form": {"first": rows[:15], "more": rows[15:], "lists": []}})


def milliseconds(work: Callable[[], str]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def measured(native: NativeType) -> tuple[float, float, int]:
    """The median of our form and of the plain one, and the number of fields. The schema is read before."""
    count = len(ChangeForm(native, REGION, {}, creating=True).fields)
    ours(native), plain(count)
    rounds = [(milliseconds(lambda: ours(native)), milliseconds(lambda: plain(count))) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in rounds), statistics.median(other for _, other in rounds), count


def main() -> int:
    rows = sorted(((*measured(each), each) for each in TYPES if each.create), key=lambda row: -row[0])
    print(f"{'type':50} {'fields':>6} {'ours':>9} {'plain':>9} {'ratio':>6}   limit {LIMIT:.0f} ms")
    named = [row for row in rows[SHOWN:] if row[3].name == "AWS::RDS::DBInstance"]
    for mine, theirs, count, native in [*rows[:SHOWN], *named]:
        print(f"{native.name:50} {count:6} {mine:6.1f} ms {theirs:6.1f} ms {mine / theirs:6.2f}")
    over = [native.name for mine, _, _, native in rows if mine > LIMIT]
    median = statistics.median(row[0] for row in rows)
    print(f"{len(rows)} forms, median {median:.1f} ms; over the limit: {over or 'none'}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
