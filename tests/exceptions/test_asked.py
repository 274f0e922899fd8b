"""The other team sees what it was asked, takes it, answers; and what the owner sees of that."""

from datetime import timedelta

import pytest

from opsboard.exceptions.models import Group, State, SubTask
from opsboard.people.models import Team
from tests.cast import NOW, cause, hanging

pytestmark = pytest.mark.usefixtures("world")
WHAT = "Enter the rate of the contractors for June."


@pytest.fixture
def do(client):
    def act(who, address, data=None, **headers):
        client.force_login(who)
        return client.post(address, data or {}, follow=True, headers=headers)

    return act


def said(response):
    return response.content.decode()


def seek(do, who, group, **more):
    given = {"team": "integration", "what": WHAT} | more
    return do(who, f"/exceptions/{group.pk}/seek/", given)


def test_the_page_offers_it_and_the_team_reads_it(do, read, helen, marek, aisha):
    group = cause(title="Contractor-Senior has no cost rate")
    assert "Ask another team" in read(helen, f"/exceptions/{group.pk}/")
    assert WHAT not in read(marek, "/exceptions/asked/")
    assert "Asked Integration" in said(seek(do, helen, group))
    task = SubTask.objects.get()
    group.refresh_from_db()
    assert NOW < task.due_at <= group.due_at
    assert group.state == State.WAITING

    assert 'Asked of you <b class="late">1</b>' in read(marek, "/exceptions/counts/")
    page = read(marek, "/exceptions/asked/")
    assert WHAT in page
    assert group.title in page
    assert WHAT in read(helen, f"/exceptions/{group.pk}/")
    do(marek, f"/exceptions/asked/{task.pk}/take/")
    answered = do(marek, f"/exceptions/asked/{task.pk}/reply/", {"answer": "Rate entered in HR."})
    assert "Answered" in said(answered)
    page = read(helen, f"/exceptions/{group.pk}/")
    assert "Rate entered in HR." in page
    group.refresh_from_db()
    assert group.state == State.IN_PROGRESS


def test_a_team_that_cannot_read_the_workflow_reads_what_it_was_asked(do, read, helen, aisha):
    people = Team.objects.create(slug="people", name="People operations")
    aisha.team = people
    aisha.save()
    group = hanging([500, 700], workflow="billing", title="Penhallow has no VAT number")
    seek(do, helen, group, team="people")
    page = read(aisha, "/exceptions/asked/")
    assert WHAT in page
    assert "Penhallow has no VAT number" in page
    page = read(aisha, f"/exceptions/{group.pk}/")
    assert "1 200" not in page.replace("\xa0", " ")


def test_only_the_team_answers_and_only_who_asked_withdraws(do, helen, sofia, marek):
    group = cause(owner=helen)
    seek(do, helen, group)
    task = SubTask.objects.get()
    for verb in ("take", "reply"):
        address = f"/exceptions/asked/{task.pk}/{verb}/"
        assert do(sofia, address, {"answer": "done"}).status_code == 403
        assert "Not saved" in said(do(helen, address, {"answer": "done it"}))
    assert "Not saved" in said(do(marek, f"/exceptions/asked/{task.pk}/withdraw/"))
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("open", None)
    assert "Withdrawn" in said(do(helen, f"/exceptions/asked/{task.pk}/withdraw/"))
    assert "Not saved" in said(do(marek, f"/exceptions/asked/{task.pk}/reply/", {"answer": "late"}))
    assert do(helen, "/exceptions/asked/0/take/").status_code == 404


def test_an_answer_says_something(do, helen, marek):
    group = cause()
    seek(do, helen, group)
    task = SubTask.objects.get()
    assert "Say what was done" in said(
        do(marek, f"/exceptions/asked/{task.pk}/reply/", {"answer": " "})
    )
    task.refresh_from_db()
    assert task.state == "open"


def test_what_is_missing_stands_beside_the_field(do, helen):
    group = cause()
    response = seek(do, helen, group, what="", team="")
    assert response.status_code == 422
    assert "Choose a team." in said(response)
    response = seek(do, helen, group, until=(NOW + timedelta(days=9)).date().isoformat())
    assert response.status_code == 422
    assert "Choose a date up to" in said(response)
    assert not SubTask.objects.exists()


def test_splitting_and_merging_go_by_the_page(do, read, helen):
    group = hanging([500, 700])
    other = hanging([100])
    first = group.items.first()
    page = read(helen, f"/exceptions/{group.pk}/?act=split")
    assert first.title in page
    address = f"/exceptions/{group.pk}/split/"
    everything = list(group.items.values_list("pk", flat=True))
    refused = do(helen, address, {"items": everything, "reason": "all"})
    assert "Leave at least one where it is." in said(refused)
    done = do(helen, address, {"items": [first.pk], "reason": "disputed"})
    assert "Split out 1" in said(done)
    part = Group.objects.get(split_from=group)
    assert part.children == 1
    assert part.title in read(helen, f"/exceptions/{group.pk}/")
    do(helen, f"/exceptions/{part.pk}/put_back/", {"note": "a mistake"})
    group.refresh_from_db()
    assert group.children == 2

    do(helen, f"/exceptions/{other.pk}/merge/", {"into": group.pk, "note": "one agency"})
    other.refresh_from_db()
    assert (other.state, other.merged_into) == (State.MERGED, group)
    assert "Merged into" in read(helen, f"/exceptions/{other.pk}/")


def test_an_auditor_takes_nothing_apart(do, helen):
    group = hanging([500, 700])
    helen.role = "auditor"
    helen.save()
    for verb in ("seek", "split", "merge", "replay", "compensate"):
        assert do(helen, f"/exceptions/{group.pk}/{verb}/").status_code == 403
