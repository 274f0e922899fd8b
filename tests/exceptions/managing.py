"""Projects with somebody who manages them, as the systems say it."""

from itertools import count

from opsboard.people.models import Person
from opsboard.records.models import TABLES
from opsboard.sync.models import Stream
from tests.firm import Firm

# What is said later is newer, whichever firm says it.
VERSIONS, PAGES = count(1), count(1)


def managed(number: str, project: str = "P7", system: str = "psa") -> int:
    """A project that this worker manages; its canonical id."""
    firm = Firm()
    firm.versions, firm.pages = VERSIONS, PAGES
    firm.streams = {(one.connection_id, one.kind): one for one in Stream.objects.all()}
    firm.say("worker", f"W-{number}", system, worker_no=number)
    firm.say("project", project, system, project_manager=f"W-{number}")
    return TABLES["project"].objects.get(key=f"{system}:{project}").canonical_id


def manager(name: str, number: str, **more) -> Person:
    given = {"role": "project_manager", "zone": "Europe/London", "worker_no": number}
    return Person.objects.create(username=name, first_name=name.title(), **given | more)
