"""Queues that people keep."""

from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction

from opsboard.people.models import Team

# As many as the margin has room for.
MOST_KEPT = 6


class SavedView(models.Model):
    """A filter of the queue under a name; `digest` makes equal filters one row per owner."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    # The filter's own address, in its shortest form.
    query = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    # The team that sees it too.
    shared_with = models.ForeignKey(Team, models.CASCADE, null=True, related_name="saved_views")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "digest"], name="one_view_per_filter"),
        ]

    def __str__(self):
        return self.name

    @classmethod
    @transaction.atomic
    def keep(cls, owner: Any, name: str, query: str) -> Self | None:
        """The view of this filter under this name, at the end; None when there is no room."""
        mine = cls.objects.select_for_update().filter(owner=owner)
        places = list(mine.values_list("position", flat=True))
        digest = sha256(query.encode()).hexdigest()
        if len(places) >= MOST_KEPT and not mine.filter(digest=digest).exists():
            return None
        fresh = {"query": query, "position": max(places, default=0) + 1, "name": name}
        return SavedView.objects.update_or_create(
            owner=owner, digest=digest, defaults={"name": name}, create_defaults=fresh
        )[0]

    def rename(self, name: str) -> None:
        type(self).objects.filter(pk=self.pk).update(name=name)

    def share(self, team: Any) -> None:
        """With a team, or with None: with nobody."""
        type(self).objects.filter(pk=self.pk).update(shared_with=team)

    def remove(self) -> None:
        type(self).objects.filter(pk=self.pk).delete()

    @transaction.atomic
    def lift(self) -> None:
        """One place up among the owner's."""
        mine = list(
            type(self)
            .objects.select_for_update()
            .filter(owner=self.owner_id)
            .order_by("position", "pk")
            .values_list("pk", flat=True)
        )
        at = mine.index(self.pk)
        if at:
            mine[at - 1 : at + 1] = [self.pk, mine[at - 1]]
        places = [models.When(pk=pk, then=number) for number, pk in enumerate(mine, start=1)]
        type(self).objects.filter(owner=self.owner_id).update(position=models.Case(*places))
