from typing import Any

from django.db import migrations


def write(apps: Any, _: Any) -> None:
    """Every rule as the first version of itself. Cost or risk was enough; now every part must hold, so that becomes two."""
    rules, versions = apps.get_model("reviews", "Rule"), apps.get_model("reviews", "RuleVersion")
    for rule in list(rules.objects.select_related("environment")):
        where = {"environments": [rule.environment.slug]} if rule.environment else {}
        cost = [{"cost_over": str(rule.cost_over)}] if rule.cost_over is not None else []
        risk = [{"risk": rule.risk_at_least}] if rule.risk_at_least else []
        for number, condition in enumerate((*cost, *risk)):
            holder = rule
            if number:
                about = {"changed_by": rule.changed_by, "changed_at": rule.changed_at}
                holder = rules.objects.create(name=f"{rule.name[:70]} (risk)", **about)
            versions.objects.create(
                rule=holder, number=1, condition=where | condition, asks=[{"needed": rule.needed, "who": "reviewers"}],
                enabled=rule.enabled, author=rule.changed_by, at=rule.changed_at,
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_flows")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
