"""Finding a part of a text by an index: GIN over the pieces of three letters that the text is made of.

The function `ringi_grams` stands in a migration of `audit`. It needs no extension, and no locale that knows which signs
are letters: where a sign is not ASCII, pieces of two count as well, as a word of a Japanese text often has two.
"""

from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.lookups import DataContains
from django.db.models import F, Func, Model, QuerySet, TextField, Value

Row = TypeVar("Row", bound=Model)


class Grams(Func):
    """The pieces of a text, in lower case."""

    function = "ringi_grams"
    output_field = ArrayField(TextField())


def index(field: str, name: str) -> GinIndex:
    """What `holding` needs to be quick."""
    return GinIndex(Grams(F(field)), name=name)


def holding(rows: QuerySet[Row], field: str, text: str, lookup: str = "contains") -> QuerySet[Row]:
    """Rows whose field holds the text; `lookup` is contains or icontains."""
    found = rows.filter(**{f"{field}__{lookup}": text})
    if len(text) > 2 or (len(text) == 2 and not text.isascii()):
        return found.filter(DataContains(Grams(F(field)), Grams(Value(text))))
    return found
