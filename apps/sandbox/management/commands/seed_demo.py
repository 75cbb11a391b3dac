from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.people.models import User
from apps.sandbox import seed
from config import ready


class Command(BaseCommand):
    help = "Fill the demo's empty database: people, environments, inventory, and requests that were really executed."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.RINGI_DEMO:
            raise CommandError("RINGI_DEMO is not set. The demo's people sign in without a password, so only there.")
        if said := ready.demo():
            raise CommandError(said)
        if User.objects.exists():
            self.stdout.write("There are people already; nothing is added.")
            return
        seed.build(settings.RINGI_AWS_ENDPOINT_URL)
