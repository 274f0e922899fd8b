"""Who carries out what was approved, and what a second one is told (domain.md E.2, E.3, F.7)."""

import django_rq
import pytest

from opsboard.exceptions.models import Decision, Redrive
from opsboard.sync.models import Pipeline
from tests.cast import NOW, hanging

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def queue():
    found = django_rq.get_queue("default")
    found.empty()
    yield found
    found.empty()


@pytest.fixture
def group():
    return hanging([500], title="Time posting lost messages", state="in_progress")


def permitted(group, by, sort="replay", approvals=1, **particulars):
    made = Decision.objects.create(
        group=group,
        sort=sort,
        state="approved",
        asked_by=by,
        asked_at=NOW,
        decided_at=NOW,
        narrative="It is up again.",
        approvals_needed=approvals,
        particulars={"kind": "retry", "items": [], **particulars},
    )
    if sort == "replay":
        Redrive.objects.create(decision=made, connection="middleware", message="M-1")
    return made


@pytest.fixture
def do(client):
    def act(who, group, verb, data=None):
        client.force_login(who)
        return client.post(f"/exceptions/{group.pk}/{verb}/", data or {}, follow=True)

    return act


def test_the_engineer_sends_and_a_turn_is_asked_for(do, marek, group):
    marek.role = "integration_l2"
    marek.save()
    decision = permitted(group, marek)
    assert "Sending 1 message again" in do(marek, group, "execute").content.decode()
    decision.refresh_from_db()
    assert decision.particulars["started"]
    assert Pipeline.objects.get().trigger == "replay"
    assert "Not saved" in do(marek, group, "execute").content.decode()
    assert group.history.filter(verb="replaying").count() == 1


@pytest.mark.parametrize("name", ["helen", "sofia", "marek"])
def test_who_approves_or_is_first_line_does_not_send_what_moves_money(request, do, group, name):
    who = request.getfixturevalue(name)
    permitted(group, who)
    assert do(who, group, "execute").status_code == 403
    assert not Pipeline.objects.exists()


def test_the_first_line_sends_what_moves_none(do, marek, group):
    permitted(group, marek, approvals=0)
    assert do(marek, group, "execute").status_code == 200
    assert Pipeline.objects.exists()


def test_nobody_sends_what_nobody_approved(do, marek, group):
    marek.role = "integration_l2"
    marek.save()
    permitted(group, marek)
    Decision.objects.update(state="refused")
    assert "Not saved" in do(marek, group, "execute").content.decode()
    assert not Pipeline.objects.exists()


def test_a_step_is_done_by_who_works_there_with_its_document(do, read, sofia, aisha, group):
    permitted(group, sofia, "compensation", steps=[{"what": "Reverse line 12"}])
    assert "Reverse line 12" in read(sofia, f"/exceptions/{group.pk}/")
    assert do(aisha, group, "step_done", {"step": "0", "note": "JE-1"}).status_code == 403
    assert "Name the document" in do(sofia, group, "step_done", {"step": "0"}).content.decode()
    for odd in ("7", "-1", "x", ""):
        said = do(sofia, group, "step_done", {"step": odd, "note": "JE-1"})
        assert "Not saved" in said.content.decode()
    do(sofia, group, "step_done", {"step": "0", "note": "JE-77"})
    assert Decision.objects.get().state == "ended"
    assert "JE-77" in read(sofia, f"/exceptions/{group.pk}/")


def test_a_replay_is_prepared_only_with_something_to_send(do, sofia, group):
    given = {"kind": "retry", "narrative": "The posting service is up again since this morning."}
    response = do(sofia, group, "replay", given)
    assert response.status_code == 422
    assert "No message of it was lost or refused." in response.content.decode()
    assert not Decision.objects.exists()
