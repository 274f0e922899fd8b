"""What is only alike waits on the page for a person, who may also take a word back."""

import pytest
import time_machine
from django.urls import reverse

from opsboard.audit.models import AuditEvent
from opsboard.config import using
from opsboard.people.models import Person
from opsboard.people.roles import ROLES, Role
from opsboard.records import matches
from opsboard.records.models import Merge, Proposal
from tests import cast
from tests.records.loading import AT, project, put, seen
from tests.records.matching import thing

pytestmark = pytest.mark.django_db
PAGE = "/matches/"


@pytest.fixture(autouse=True)
def world():
    with using(cast.CONFIG), time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def pair():
    put(
        project("P1", code="HARB-1", name="Harbour", enterprise_project_id="E7"),
        project("P2", code="QUAY-1", name="Quayside"),
        system="psa",
    )
    put(project("981", code="NQ-7", name="Phase one", enterprise_project_id="E7"), system="erp")
    assert matches.propose({"project"}, AT) == 1
    return Proposal.objects.get()


@pytest.fixture
def helen(client):
    client.force_login(cast.person("helen"))
    return client


def decide(client, proposal, said):
    return client.post(reverse("records:decide", args=[proposal.pk]), {"said": said}, follow=True)


def text(response):
    return response.content.decode().replace("&nbsp;", " ").replace("\xa0", " ")


def canonical(key):
    return seen("project")[key]["canonical_id"]


def test_a_pair_is_shown_with_every_copy_and_why(pair, helen):
    page = text(helen.get(PAGE))
    assert "1 pair may be one thing each" in page
    for word in ("Same enterprise project id", "psa:P1", "erp:981", "Harbour", "Phase one"):
        assert word in page
    assert "Quayside" not in page


def test_one_thing_is_one_everywhere_from_then_on(pair, helen):
    page = text(decide(helen, pair, "one"))
    assert canonical("psa:P1") == canonical("erp:981")
    assert "are one from now on" in page
    assert "Nothing waits to be matched" in page
    assert Merge.objects.get().by == "helen"


def test_two_things_stay_two_and_are_not_proposed_again(pair, helen):
    decide(helen, pair, "two")
    assert canonical("psa:P1") != canonical("erp:981")
    assert matches.propose({"project"}, AT) == 0
    assert AuditEvent.objects.filter(action="records.match_denied").count() == 1


def test_a_merge_can_be_taken_back(pair, helen):
    decide(helen, pair, "one")
    merge = Merge.objects.get()
    page = helen.post(reverse("records:undo_merge", args=[merge.pk]), follow=True)
    assert "are two again" in text(page)
    assert canonical("psa:P1") != canonical("erp:981")


def test_the_second_of_two_people_is_told_and_changes_nothing(pair, helen):
    decide(helen, pair, "two")
    page = text(decide(helen, pair, "one"))
    assert "Somebody decided that before you" in page
    assert not Merge.objects.exists()


def test_a_word_that_means_nothing_is_a_bad_request(pair, helen):
    assert decide(helen, pair, "perhaps").status_code == 400
    assert helen.get(PAGE, {"kind": "unicorn"}).status_code == 400


@pytest.mark.parametrize("role", Role)
def test_only_those_who_may_decide_can(pair, client, role):
    client.force_login(Person.objects.create(username=f"some-{role}", role=role))
    rights = ROLES[role]
    wanted = 200 if "match" in rights.may else 403
    assert decide(client, pair, "two").status_code == wanted
    page = client.get(PAGE)
    assert page.status_code == (200 if "matches" in rights.rooms else 403)


def test_somebody_bound_to_one_company_is_told_why_not(pair, client):
    client.force_login(cast.person("charlie"))
    answer = client.get(PAGE)
    assert answer.status_code == 403
    assert "Phase one" not in text(answer)


def test_an_empty_page_says_why(helen):
    assert "Every record stands where its keys put it" in text(helen.get(PAGE))


def test_the_page_asks_as_often_for_many_pairs_as_for_one(
    pair, helen, django_assert_max_num_queries
):
    for number in range(20):
        put(
            project(f"A{number}", code=f"A-{number}", name=f"Alpha {number}",
                    enterprise_project_id=f"X{number}"),
            system="psa",
        )  # fmt: skip
        put(
            project(f"B{number}", code=f"B-{number}", name=f"Beta {number}",
                    enterprise_project_id=f"X{number}"),
            system="erp",
        )  # fmt: skip
    matches.propose({"project"}, AT)
    with django_assert_max_num_queries(14):
        assert "21 pairs" in text(helen.get(PAGE))


def test_only_kinds_that_changed_are_looked_at(pair):
    Proposal.objects.all().delete()
    assert matches.propose({"party", "time_entry"}, AT) == 0
    assert matches.propose({"project"}, AT) == 1


def test_a_thing_that_was_merged_away_is_not_asked_about(pair, helen):
    decide(helen, pair, "one")
    assert thing("psa", "P1").pk == thing("erp", "981").pk
    assert not matches.open_proposals().exists()
