"""How people get in: with an account that an administrator made, never by signing up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordKeyForm, default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from apps.people.models import User
from apps.people.policies import check_link
from apps.refusal import check

LIMITED = "ringi_limited"  # the attribute of a request that was refused because there were too many


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises `ValidationError` where too many passwords were wrong."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            setattr(request, LIMITED, True)
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for a name from an address: counted by name alone, anybody could lock a person out."""
        named = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{named} from {self.get_client_ip(request)}"


class PasswordLinkForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A link counts once, also where two press at the same moment: the second finds the password changed."""

    user: User
    temp_key: str

    @transaction.atomic
    def save(self) -> None:
        self.user = User.objects.select_for_update().get(pk=self.user.pk)
        check(check_link(default_token_generator.check_token(self.user, self.temp_key)))
        super().save()
