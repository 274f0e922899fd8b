"""What hangs on which cause: keys to derive again, and keys that a person changed."""

from django.db import models


class Touched(models.Model):
    """A cause whose group must be derived again; written with the items, removed by regrouping."""

    key = models.TextField(primary_key=True)


class Placement(models.Model):
    """A subject that a person split out of its cause, and the key it hangs on instead (F.3)."""

    control = models.CharField(max_length=8)
    subject = models.TextField()
    key = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["control", "subject"], name="one_placement_per_subject")
        ]


class Alias(models.Model):
    """A cause that was merged into another: what is found of it hangs on the other, while that
    one is unsettled (F.3)."""

    key = models.TextField(primary_key=True)
    target = models.TextField()


class Basis(models.Model):
    """What owners and deadlines rested on when they were last derived, so that the next time
    only what rests on something else is derived again."""

    name = models.CharField(max_length=60, primary_key=True)
    digest = models.TextField()
