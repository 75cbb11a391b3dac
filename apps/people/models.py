"""People and what they may do where."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. `is_staff` and `is_superuser` are not used; what a person may do is in `RoleBinding`.

    `linked_at` is when an administrator last made a link with which somebody sets the password.
    """

    full_name = models.CharField(max_length=150)
    linked_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.full_name or self.username


class Role(models.TextChoices):
    REQUESTER = "requester", "Requester"
    REVIEWER = "reviewer", "Reviewer"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class RoleBinding(models.Model):
    """One role of one person in one environment (its slug), or in all of them (empty)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bindings")
    role = models.CharField(max_length=20, choices=Role)
    environment = models.SlugField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "environment"], name="one_binding_per_role_and_environment"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} in {self.environment or 'all environments'}"
