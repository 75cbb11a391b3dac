from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.verify import verify


class Command(BaseCommand):
    help = "Check every chain of the audit log; fails when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        for finding in found.findings:
            self.stderr.write(finding)
        if found.findings:
            raise CommandError(f"{len(found.findings)} findings in {found.events} events.")
        self.stdout.write(f"{found.events} events in {found.streams} streams checked: every chain is whole.")
