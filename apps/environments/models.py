"""Accounts and the environments in them."""

from django.db import models


class Account(models.Model):
    """An AWS account that was connected by an administrator."""

    number = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{12}$"), name="account_number_has_12_digits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Environment(models.Model):
    """A stage in one account with one or more regions, the first its default, and the two roles used there."""

    slug = models.SlugField(unique=True, max_length=30)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="environments")
    regions = models.JSONField()
    resource_tag = models.CharField(
        max_length=128,
        blank=True,
        default="",
        help_text="name=value that marks this environment's resources where an account holds several",
    )
    read_role_arn = models.CharField(max_length=2048)
    write_role_arn = models.CharField(max_length=2048)
    external_id = models.CharField(max_length=1224)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def default_region(self) -> str:
        return str(self.regions[0])
