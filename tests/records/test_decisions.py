"""People join, part and confirm; the views follow at once, and there is a way back."""

from datetime import timedelta

import pytest

from opsboard.audit.models import AuditEvent
from opsboard.records.decisions import accept, confirm, merge, reject, retire, suggest, undo
from opsboard.records.models import Change, FormerReference, Proposal
from tests import cast
from tests.records.loading import AT, entry, project, put, seen, worker
from tests.records.matching import made, reference, task, thing

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def aisha(db):
    return cast.person("aisha")


@pytest.fixture
def two(db):
    """One project, of which PSA and ERP hold copies that share no code; time in both."""
    put(project("P1", code="HARB-1", name="Harbour"), system="psa")
    put(project("981", code="NQ-7", name="Harbour phase one"), system="erp")
    put(entry("TE-1", project="P1"), system="psa")
    put(entry("TE-9", project="981"), system="erp")
    return thing("psa", "P1"), thing("erp", "981")


def changed(op):
    return {(one.kind, one.key, one.canonical_id) for one in Change.objects.filter(op=op)}


def test_a_merge_shows_in_every_view_at_once(two, aisha):
    gone, kept = two
    merge(gone, kept, by=aisha, at=AT, reason="same contract")

    assert {row["canonical_id"] for row in seen("project").values()} == {kept.pk}
    assert {row["project_id"] for row in seen("time_entry").values()} == {kept.pk}
    found = reference("psa", "P1")
    assert (found.strength, found.confirmed_by, found.valid_from) == ("suggested", "aisha", AT)
    assert AuditEvent.objects.get(action="records.merged").reason == "same contract"


def test_a_merge_writes_change_rows_for_both_and_for_all_that_refers_to_them(two, aisha):
    gone, kept = two
    merge(gone, kept, by=aisha, at=AT)

    told = changed("merge")
    assert {one for one in told if one[0] == "project"} == {
        ("project", "psa:P1", gone.pk),
        ("project", "erp:981", kept.pk),
    }
    assert {key for kind, key, _ in told if kind == "time_entry"} == {"psa:TE-1", "erp:TE-9"}
    [change] = Change.objects.filter(key="psa:P1")
    assert (change.before, change.after) == ({"canonical_id": gone.pk}, {"canonical_id": kept.pk})


def test_a_merge_can_be_undone(two, aisha):
    gone, kept = two
    done = merge(gone, kept, by=aisha, at=AT)
    assert undo(done, by=aisha, at=LATER)

    assert (thing("psa", "P1"), thing("erp", "981")) == (gone, kept)
    assert seen("time_entry")["psa:TE-1"]["project_id"] == gone.pk
    assert seen("time_entry")["erp:TE-9"]["project_id"] == kept.pk
    assert {key for _, key, _ in changed("split")} == {"psa:P1", "erp:981", "psa:TE-1", "erp:TE-9"}
    gone.refresh_from_db()
    assert gone.merged_into is None
    assert not undo(done, by=aisha, at=LATER)


def test_what_a_native_id_stood_for_stays_on_record(two, aisha):
    gone, kept = two
    undo(merge(gone, kept, by=aisha, at=AT), by=aisha, at=LATER)

    was = FormerReference.objects.filter(native_id="P1").order_by("id")
    assert [(one.entity, one.state, one.valid_to) for one in was] == [
        (gone, "merged_into", AT),
        (kept, "retired", LATER),
    ]


def test_what_a_person_took_apart_no_code_joins_again(two, aisha):
    undo(merge(*two, by=aisha, at=AT), by=aisha, at=LATER)
    put(project("P1", 2, code="NQ-7"), system="psa")

    assert thing("psa", "P1") != thing("erp", "981")


def test_a_merge_takes_the_tasks_along_and_back(two, aisha):
    put(task("1"), system="psa")
    put(task("901", project="981"), system="erp")
    apart = thing("psa", "1", "wbs_task"), thing("erp", "901", "wbs_task")
    assert apart[0] != apart[1]

    done = merge(*two, by=aisha, at=AT)
    assert thing("psa", "1", "wbs_task") == thing("erp", "901", "wbs_task")
    undo(done, by=aisha, at=LATER)
    assert (thing("psa", "1", "wbs_task"), thing("erp", "901", "wbs_task")) == apart
    assert [one.within for one in (thing("psa", "1", "wbs_task"), thing("erp", "901", "wbs_task"))]
    assert thing("psa", "1", "wbs_task").within == thing("psa", "P1")


def test_the_later_of_two_merges_has_to_go_first(two, aisha):
    gone, kept = two
    put(project("C", code="C"), system="crm")
    first = merge(gone, kept, by=aisha, at=AT)
    second = merge(kept, thing("crm", "C"), by=aisha, at=AT)

    assert len({row["canonical_id"] for row in seen("project").values()}) == 1
    assert not undo(first, by=aisha, at=LATER)
    assert undo(second, by=aisha, at=LATER)
    assert undo(first, by=aisha, at=LATER)
    assert len({row["canonical_id"] for row in seen("project").values()}) == 3


def test_what_cannot_be_one_is_not_merged(two, aisha):
    gone, kept = two
    put(worker("W1"))
    assert merge(gone, gone, by=aisha, at=AT) is None
    assert merge(thing("psa", "W1", "worker"), kept, by=aisha, at=AT) is None
    assert merge(gone, kept, by=aisha, at=AT)
    assert merge(gone, kept, by=aisha, at=AT) is None


def test_a_retired_id_stands_for_a_thing_of_its_own(two, aisha):
    gone, kept = two
    merge(gone, kept, by=aisha, at=AT)
    assert retire(reference("psa", "P1"), by=aisha, at=LATER)

    assert thing("psa", "P1") not in (gone, kept)
    assert seen("time_entry")["psa:TE-1"]["project_id"] == thing("psa", "P1").pk
    assert FormerReference.objects.latest("id").state == "retired"
    put(project("P1", 2, code="NQ-7"), system="psa")
    assert thing("psa", "P1") != kept


def test_an_id_that_stands_alone_is_only_marked_as_retired(two, aisha):
    gone, _ = two
    assert retire(reference("psa", "P1"), by=aisha, at=LATER)

    found = reference("psa", "P1")
    assert (found.entity, found.state, found.valid_to) == (gone, "retired", LATER)
    assert seen("time_entry")["psa:TE-1"]["project_id"] == gone.pk
    assert not retire(reference("psa", "P1"), by=aisha, at=LATER)
    assert not confirm(reference("psa", "P1"), by=aisha, at=LATER)


def test_a_confirmed_id_stays_where_it_is(two, aisha):
    assert confirm(reference("psa", "P1"), by=aisha, at=AT)
    put(project("P1", 2, code="NQ-7"), system="psa")

    assert thing("psa", "P1") != thing("erp", "981")
    assert reference("psa", "P1").confirmed_by == "aisha"


def parties():
    rows = [("crm", "1", "Penhallow Water Ltd", "GB1"), ("erp", "2", "Penhallow Water Limited", "")]
    rows += [("psa", "3", "Other plc", "GB1"), ("psa", "4", "Nobody like it", "")]
    for system, native_id, name, tax_id in rows:
        said = {"code": f"C-{native_id}", "legal_name": name, "tax_id": tax_id, "country": "GB"}
        put(made("party", native_id, **said), system=system)


def test_a_suggestion_joins_nothing_until_somebody_accepts_it(aisha):
    parties()
    assert suggest("party", at=AT)

    [proposal] = Proposal.objects.filter(reason__startswith="same tax id")
    assert thing("crm", "1", "party") != thing("psa", "3", "party")
    assert accept(proposal, by=aisha, at=LATER)
    assert thing("crm", "1", "party") == thing("psa", "3", "party")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("confirmed", "aisha")
    assert accept(proposal, by=aisha, at=LATER) is None


def test_alike_names_are_suggested_where_the_database_can_compare_them(db):
    parties()
    suggest("party", at=AT)

    assert Proposal.objects.filter(reason__startswith="alike names: Penhallow").count() == 1
    assert not Proposal.objects.filter(reason__contains="Nobody").exists()


def test_what_was_denied_is_not_suggested_again(aisha):
    parties()
    count = suggest("party", at=AT)
    for proposal in Proposal.objects.all():
        assert reject(proposal, by=aisha, at=AT)
        assert not reject(proposal, by=aisha, at=AT)

    assert count >= 1
    assert suggest("party", at=LATER) == 0
    assert not Proposal.objects.exclude(state="rejected").exists()


def test_a_suggestion_about_what_was_merged_since_is_about_what_it_is_now(two, aisha):
    put(project("C", code="C", enterprise_project_id="E1"), system="crm")
    put(project("P1", 2, enterprise_project_id="E1"), system="psa")
    suggest("project", at=AT)
    merge(*two, by=aisha, at=AT)
    proposal = Proposal.objects.get(reason__contains="enterprise project id")

    assert accept(proposal, by=aisha, at=LATER)
    assert thing("psa", "P1") == thing("erp", "981") == thing("crm", "C")


def test_two_records_of_one_system_are_not_suggested(two, aisha):
    put(made("party", "1", code="A", legal_name="A", tax_id="GB1", country="GB"), system="erp")
    put(made("party", "2", code="B", legal_name="B", tax_id="GB1", country="GB"), system="erp")

    assert suggest("party", at=AT) == 0
