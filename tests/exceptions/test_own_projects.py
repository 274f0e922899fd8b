"""A project manager works and sees what the own projects hold, and nothing of another's (E.2)."""

import pytest

from opsboard.exceptions.models import Group
from opsboard.exceptions.rights import reason_against
from opsboard.people.models import Person
from tests.cast import hanging, teams
from tests.exceptions.managing import managed, manager

pytestmark = pytest.mark.usefixtures("world")
# Numbers that no id, count or date of these tests could be.
MINE, THEIRS, SHARED = 73_519, 41_387, 29_633


@pytest.fixture
def pia(db):
    return manager("pia", "0007")


@pytest.fixture
def paul(db):
    return manager("paul", "0008")


@pytest.fixture
def causes(pia, paul):
    """One of a project of each, and one of none."""
    of_pia, of_paul = managed("0007", "P7"), managed("0008", "P8")
    return [
        hanging([MINE], title="Rate of Penhallow is missing", project_id=of_pia),
        hanging([THEIRS], title="Rate of Quillfeather is missing", project_id=of_paul),
        hanging([SHARED], title="Rate of nobody is missing"),
    ]


def fresh(person):
    """As the next request has them."""
    return Person.objects.get(pk=person.pk)


def seen(person):
    return set(Group.objects.visible_to(fresh(person)))


def test_each_sees_what_the_own_projects_hold(pia, paul, causes):
    mine, theirs, _ = causes
    assert (seen(pia), seen(paul)) == ({mine}, {theirs})


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/exceptions/",
        "/exceptions/?state=new",
        "/exceptions/?state=late",
        "/exceptions/?owner=nobody",
        "/exceptions/?q=rate",
        "/exceptions/?q=quillfeather",
        "/exceptions/?cause=cost_rate_missing",
        "/exceptions/?entity=NQ-UK",
        "/exceptions/export.csv",
    ],
)
def test_no_page_tells_of_another_managers_project(read, pia, causes, address):
    body = read(pia, address).replace("\xa0", "").replace(" ", "")
    assert "Quillfeatherismissing" not in body
    for amount in (THEIRS, SHARED, MINE + THEIRS, MINE + THEIRS + SHARED):
        assert str(amount) not in body


def test_the_totals_and_counts_are_those_of_the_own_projects(read, pia, causes):
    body = read(pia, "/exceptions/").replace("\xa0", "").replace(" ", "")
    assert str(MINE) in body
    assert "Penhallow" in body


def test_anothers_cause_has_no_page(read, pia, causes):
    mine, theirs, _ = causes
    read(pia, f"/exceptions/{mine.pk}/")
    read(pia, f"/exceptions/{theirs.pk}/", status=403)


def test_it_is_the_own_project_that_one_may_work(pia, paul, causes):
    mine, theirs, _ = causes
    assert reason_against("acknowledge", fresh(pia), mine) == ""
    said = reason_against("acknowledge", fresh(pia), theirs)
    assert said == "It is about no project that you manage."


def test_nobody_moves_anothers_cause_by_its_address(do, pia, causes):
    _, theirs, _ = causes
    assert do(pia, theirs, "acknowledge").status_code == 403
    theirs.refresh_from_db()
    assert theirs.state == "new"


def test_what_was_handed_to_one_is_seen_and_worked_whosever_project_it_is(pia, causes):
    _, theirs, _ = causes
    Group.objects.filter(pk=theirs.pk).update(owner=pia)
    theirs.refresh_from_db()
    assert theirs in seen(pia)
    assert reason_against("claim", fresh(pia), theirs) == ""


def test_what_another_team_asked_of_ones_own_is_seen_until_it_is_answered(pia, sofia, causes):
    *_, shared = causes
    team = teams()["integration"]
    Person.objects.filter(pk=pia.pk).update(team=team)
    task = shared.seek(by=sofia, team=team, what="Which rate was agreed for June?")
    assert shared in seen(pia)
    task.reply(by=pia, answer="One hundred and twenty.")
    assert shared not in seen(pia)


def test_other_workflows_stay_closed_even_of_the_own_project(pia, causes):
    mine, *_ = causes
    Group.objects.filter(pk=mine.pk).update(workflow="billing")
    assert seen(pia) == set()


def test_the_delivery_system_says_who_manages_it(pia, paul):
    of_pia = managed("0007", "P9")
    assert managed("0008", "P9", "erp") == of_pia
    group = hanging([MINE], project_id=of_pia)
    assert (seen(pia), seen(paul)) == ({group}, set())


def test_a_project_that_changes_hands_takes_its_causes_along(pia, paul, causes):
    managed("0008", "P7")
    assert causes[0] in seen(paul)
    assert seen(pia) == set()


def test_without_a_worker_number_nobody_manages_anything(db):
    project = managed("", "P1")
    hanging([MINE], project_id=project)
    assert seen(manager("zoe", "")) == set()


def test_the_page_asks_no_more_than_anybodys(client, helen, pia, causes, django_assert_num_queries):
    for person in (helen, pia):
        client.force_login(person)
        client.get("/exceptions/")
        with django_assert_num_queries(6):
            client.get("/exceptions/")


def test_many_at_once_are_the_own_ones_too(client, pia, causes):
    mine, theirs, shared = causes
    client.force_login(pia)
    said = {"item": [one.pk for one in causes], "said": "1"}
    client.post("/exceptions/bulk/acknowledge/", said)
    states = dict(Group.objects.values_list("pk", "state"))
    assert states == {mine.pk: "acknowledged", theirs.pk: "new", shared.pk: "new"}


def test_the_masthead_does_not_say_how_much_others_have(read, helen, pia, causes):
    says = 'Exceptions <span class="count">3'
    assert says in read(helen, "/exceptions/")
    assert "Exceptions <span" not in read(pia, "/exceptions/")
