"""What is written on the page of a change request. Commands decide what is right; these only read the fields."""

from django import forms

DECISIONS = (
    ("approve", "Approve"),
    ("request_changes", "Request changes"),
    ("reject", "Reject"),
    ("comment", "Comment"),
)
LONG = 10_000


class Text(forms.CharField):
    """A long text that may be empty here."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=LONG)


class CommentForm(forms.Form):
    text = Text()
    ordinal = forms.IntegerField(required=False, min_value=1, max_value=1000)
    property = forms.CharField(required=False, max_length=200)
    answers = forms.IntegerField(required=False, min_value=1, max_value=2**53)
    required = forms.BooleanField(required=False)


class PropertyForm(forms.Form):
    edition = forms.IntegerField()
    property = forms.CharField(max_length=200)


class RevertForm(PropertyForm):
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class ResolveForm(forms.Form):
    resolved = forms.TypedChoiceField(choices=(("yes", "yes"), ("no", "no")), coerce=lambda word: word == "yes")


class ReviewForm(forms.Form):
    decision = forms.ChoiceField(choices=DECISIONS)
    digest = forms.CharField(required=False, max_length=64)
    edition = forms.IntegerField()
    text = Text()
    required = forms.BooleanField(required=False)


class UsageForm(forms.Form):
    key = forms.CharField(max_length=700)
    part = forms.CharField(max_length=100)
    quantity = forms.CharField(required=False, max_length=40)


class WordingForm(forms.Form):
    edition = forms.IntegerField()
    title = forms.CharField(required=False, max_length=400)
    reason = Text()


class EditionForm(forms.Form):
    edition = forms.IntegerField()


class SubmitForm(EditionForm):
    emergency = forms.CharField(required=False, max_length=LONG)


class AfterForm(forms.Form):
    justified = forms.TypedChoiceField(choices=(("yes", "yes"), ("no", "no")), coerce=lambda word: word == "yes")
    text = Text()


class ConflictForm(EditionForm):
    """Which of two values it should be; `live` is the one that was shown as live."""

    property = forms.CharField(max_length=200)
    live = forms.CharField(max_length=64)
    keep = forms.TypedChoiceField(choices=(("mine", "mine"), ("live", "live")), coerce=lambda word: word == "mine")


class FreezeForm(forms.Form):
    digest = forms.CharField(required=False, max_length=64)
    reason = Text()


class DigestForm(forms.Form):
    digest = forms.CharField(required=False, max_length=64)


class ScheduleForm(DigestForm):
    """A time on the clocks of whoever reads the page."""

    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])


class OverrideForm(EditionForm):
    reason = forms.CharField(required=False, max_length=1000)


class DropForm(EditionForm):
    with_users = forms.BooleanField(required=False)


class ReasonForm(forms.Form):
    reason = Text()


def first_error(form: forms.Form) -> str:
    """One sentence for a form that can't be read."""
    name, errors = next(iter(form.errors.items()))
    return f"{name.capitalize()}: {errors[0]}"
