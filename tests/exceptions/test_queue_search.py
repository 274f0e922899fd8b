"""Words are found as they begin: of causes, of records, and of what records are about."""

import pytest
from django.db import connection

from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.models import Group, Name
from opsboard.exceptions.queue.search import MOST_FOUND, words_in
from opsboard.records.models import Entity
from tests.cast import DE, UK, cause, item, resolved

pytestmark = pytest.mark.usefixtures("world")


def found(text, person=None):
    groups = Group.objects.visible_to(person) if person else Group.objects.all()
    return set(groups.mentioning(text))


@pytest.mark.parametrize(
    "typed", ["TE-000202", "te-000202", "psa:TE-000202", "TE-0002", "000202", "202", "te 202"]
)
def test_an_id_is_found_whole_and_by_its_parts(typed):
    group = cause()
    item(group, subject="psa:TE-000202")
    item(cause(), subject="psa:XX-000303")
    assert found(typed) == {group}


@pytest.mark.parametrize("typed", ["Penhallow", "penh", "water VAT", "NQ-DE", "BL01"])
def test_titles_and_codes_are_found(typed):
    group = cause(
        title="Penhallow Water has no VAT number",
        legal_entity=DE,
        control="BL01",
        workflow="billing",
    )
    cause()
    assert found(typed) == {group}


def test_people_and_projects_are_found_by_name():
    worker = Entity.objects.create(kind="worker", code="W-7", name="Ines Ferreira")
    group = cause()
    item(group, worker_id=worker.pk, subject="psa:TE-1")
    item(cause(), subject="psa:TE-2")
    name_what_is_touched(group)
    assert Name.objects.get().name == "Ines Ferreira W-7"
    assert found("ferr") == {group}
    assert found("Ines TE-1") == {group}
    assert found("Ines TE-2") == set()
    assert found(f"#{worker.pk}") == found(f"{worker.pk}")


def name_what_is_touched(group):
    with connection.cursor() as cursor:
        cursor.execute("insert into exceptions_touched (key) values (%s)", [group.key])
        cursor.execute(read("names"))


def test_every_word_must_be_found():
    cause(title="Penhallow Water has no VAT number")
    assert found("Penhallow tax") == set()


@pytest.mark.parametrize("typed", ["'", "\\", "&", "!(a", ":*", "a & b | !c", "%", "𝔘", "'; --"])
def test_signs_of_a_query_language_are_no_query(typed):
    cause(title="something else entirely")
    assert found(typed) == set()


def test_what_one_may_not_see_is_not_found(read, charlie):
    item(cause(legal_entity=UK), subject="psa:TE-42")
    assert found("TE-42", charlie) == set()
    assert "No exception matches" in read(charlie, "/exceptions/?q=TE-42")


def test_what_was_resolved_is_found_where_it_is_asked_for(read, helen):
    group = resolved(title="Kestrel paid twice")
    item(group, subject="erp:R-9", state="resolved", resolved_by_run=1)
    assert f"cause-{group.pk}" in read(helen, "/exceptions/?state=resolved&q=R-9")
    assert f"cause-{group.pk}" not in read(helen, "/exceptions/?q=R-9")


def test_words_are_each_once_and_few():
    assert words_in("TE-0002 te, a_b") == ["te", "0002", "a", "b"]
    assert len(words_in(" ".join(map(str, range(50))))) == 8


def test_a_word_longer_than_any_is_no_obstacle():
    group = cause(title="x" * 5000)
    item(group, subject="psa:" + "y" * 5000)
    assert found("xxx") == {group}


def test_that_not_all_records_were_looked_at_is_said(read, helen):
    group = cause()
    for number in range(MOST_FOUND):
        item(group, subject=f"psa:ZZ-{number}")
    said = "hold these words, and not all were looked at"
    assert said not in read(helen, "/exceptions/?q=zz")
    item(group, subject="psa:ZZ-more")
    assert said in read(helen, "/exceptions/?q=zz")
