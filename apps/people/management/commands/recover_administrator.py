from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.people.commands import recover_administrator
from apps.people.management.commands.create_administrator import asked
from apps.people.models import User
from apps.refusal import Refused


class Command(BaseCommand):
    help = (
        "Where no administrator can sign in any more: make a person administrator, with a new password that is asked "
        "for, or read from standard input. It is written into the audit log."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        password = asked()
        try:
            validate_password(password, User.objects.filter(username=username).first())
            person = recover_administrator(username=username, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Refused as refused:
            raise CommandError(refused.refusal.sentence) from None
        self.stdout.write(
            f"{person} may sign in as {username} and administer this installation. It is in the audit log."
        )
