"""What people put on record: remarks, whom they call, and files."""

import re
from typing import Any

from django.db import transaction

from opsboard.clock import now
from opsboard.exceptions.models.moving import Moving
from opsboard.people.models import Person

NAMED = re.compile(r"(?<![\w@.])@([\w.+-]+)")
MOST_CALLED = 10


class Recording(Moving):
    class Meta:
        abstract = True

    @transaction.atomic
    def comment(self, *, by: Any, note: str) -> bool:
        """Add a remark to the history, and call whoever it names as @user and sees the group."""
        line = self._tell("commented", by=by, note=note)
        line.mentions.bulk_create(
            [line.mentions.model(line=line, person=one) for one in self.called_in(note)]
        )
        return True

    def called_in(self, note: str) -> list[Person]:
        """The people that a text names, as far as they see this group; ten at most."""
        names = {name.rstrip(".").lower() for name in NAMED.findall(note)}
        people = Person.objects.filter(is_active=True).in_bulk(names, field_name="username")
        mine = type(self).objects.filter(pk=self.pk)
        able = [one for one in people.values() if mine.visible_to(one).exists()]
        return sorted(able, key=lambda one: one.pk)[:MOST_CALLED]

    @transaction.atomic
    def file(self, taken: Any, *, by: Any) -> Any:
        """Put a stored file on record; gives its row, which nobody can change."""
        line = self.evidence_files.create(
            name=taken.name,
            media_type=taken.media_type,
            size=taken.size,
            sha256=taken.sha256,
            by=by,
            at=now(),
        )
        self._tell("filed", by=by, after=taken.name, note=f"{taken.name}, SHA-256 {taken.sha256}")
        return line
