"""What retention removes, and what it never does."""

from datetime import timedelta

from opsboard.config import config
from opsboard.sync.models import RawPage, RefusedRow
from opsboard.sync.pull import pull
from opsboard.sync.queries import forget, reopen
from tests.sync.world import NOON, party

LATER = NOON + timedelta(days=91)


def age(pages=None):
    (pages if pages is not None else RawPage.objects).update(received_at=NOON)


def pull_and_load(source, *steps):
    source.says(*steps)
    pull(source.stream())
    source.load()
    age()


def test_loaded_pages_go_after_their_time(source):
    pull_and_load(source, {"rows": [party(1)]}, {"rows": [party(2)]})

    assert forget(NOON + timedelta(days=89), config()) == 0
    assert forget(LATER, config()) == 2
    assert not RawPage.objects.exists()


def test_what_is_not_loaded_stays(source):
    pull_and_load(source, {"rows": [party(1)]})
    reopen(source.stream())

    assert forget(LATER, config()) == 0


def test_the_newest_census_stays(source):
    census = {"rows": ["1"], "part": "census"}
    pull_and_load(source, {"rows": [party(1)]}, census, census)

    assert forget(LATER, config()) == 2
    assert RawPage.objects.get().part == "census"


def test_a_page_stays_while_a_refused_row_waits_on_it(source):
    pull_and_load(source, {"rows": [party(1, state="?")]})
    assert forget(LATER, config()) == 0

    RefusedRow.objects.update(state="replayed", settled_at=LATER)
    assert forget(LATER, config()) == 1
    assert RefusedRow.objects.get().page is None


def test_settled_refused_rows_go_after_their_own_time(source):
    pull_and_load(source, {"rows": [party(1, state="?"), party(2, state="?")]})
    RefusedRow.objects.filter(source_id="1").update(state="replayed", settled_at=NOON)

    forget(NOON + timedelta(days=401), config())
    assert RefusedRow.objects.get().source_id == "2"
