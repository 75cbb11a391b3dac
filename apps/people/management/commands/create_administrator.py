import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.people.commands import create_first_administrator
from apps.people.models import User
from apps.refusal import Refused


class Command(BaseCommand):
    help = "Give a new installation its first administrator. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("email")

    def handle(self, *args: Any, username: str, full_name: str, email: str, **options: Any) -> None:
        password = asked()
        try:
            validate_password(password, User(username=username, full_name=full_name, email=email))
            create_first_administrator(username=username, full_name=full_name, email=email, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Refused as refused:
            raise CommandError(refused.refusal.sentence) from None
        self.stdout.write(f"{full_name} may now sign in as {username} and administer this installation.")


def asked() -> str:
    """From the terminal, twice and unseen; otherwise the first line of standard input. Never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass("Password: "), getpass("Once more: ")
    if first != second:
        raise CommandError("The two passwords differ. Try again.")
    return first
