from django.apps import AppConfig
from django.conf import settings


class PlannerConfig(AppConfig):
    name = "apps.planner"

    def ready(self) -> None:
        """The planner loads its linter before it forks, so that its processes share it."""
        if settings.RINGI_PROCESS == "planner":
            from apps.planning import lint

            lint.loaded()
