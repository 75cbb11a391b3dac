"""How people get in: with an account that an administrator made, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordKeyForm, default_token_generator
from django.db import transaction
from django.http import HttpRequest

from apps.people.models import User
from apps.people.policies import check_link
from apps.refusal import check


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class PasswordLinkForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A link counts once, also where two press at the same moment: the second finds the password changed."""

    user: User
    temp_key: str

    @transaction.atomic
    def save(self) -> None:
        self.user = User.objects.select_for_update().get(pk=self.user.pk)
        check(check_link(default_token_generator.check_token(self.user, self.temp_key)))
        super().save()
