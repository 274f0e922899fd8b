"""Every control file says what it must, and what it says is there."""

import re

import pytest
from django.db import connection

from connectors.kinds import KINDS, fields_of
from opsboard.controls.catalogue import (
    FOLDER,
    MEASURES,
    Malformed,
    Watch,
    catalogue,
    library,
    read,
)
from opsboard.controls.causes import watches_of
from opsboard.controls.changes import fill_asked, fill_unread
from opsboard.controls.judgement import STANDARD, columns_of
from opsboard.controls.rules import shared_views
from tests.statements import bare, sources_of

CONTROLS = list(catalogue().values())
WORKFLOWS = {
    "project_setup",
    "staffing",
    "time_to_posting",
    "expense_to_posting",
    "billing",
    "revenue",
    "receivables",
    "worker_lifecycle",
    "master_data",
    "integration",
}
ERROR_CLASSES = {"retryable", "business_rule", "data_quality"}
PERIODS = {"CO-N", "CO-C", "CO-L"}
# What a control may read beside the kinds: views of other rooms, and those that controls share.
RULES = {"denied_match", "field_owner", "field_change", "allowed_step"}
VIEWS = {*KINDS, *RULES, "entity", "feed", *shared_views()}
# Which sort of system a feed or a side may be.
ROLES = {"crm", "psa", "hcm", "erp", "payroll", "procurement", "identity", "middleware", "any"}
each_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda one: one.code)


def view_of(source):
    return source.partition(" where ")[0]


def columns_of_view(cursor, name):
    cursor.execute(f"select * from {name} limit 0")
    return {column.name for column in cursor.description}


@each_control
def test_the_header_is_complete_and_in_the_house_s_words(control):
    assert control.path.name == f"{control.code}_{control.slug}.sql"
    assert control.path.parent == FOLDER / control.workflow
    assert control.workflow in WORKFLOWS
    assert control.error_class in ERROR_CLASSES
    assert set(control.period) <= PERIODS
    assert control.floor <= control.cap
    assert control.specification
    assert len(control.remediation) >= 2
    assert len(control.what) > 100
    assert len(control.path.read_text().splitlines()) <= 300


def test_codes_and_slugs_are_unique():
    every = library().values()
    assert len({one.slug for one in every}) == len(list(FOLDER.rglob("*.sql"))) == len(every)


@pytest.mark.django_db
@each_control
def test_populations_and_feeds_are_real(control):
    with connection.cursor() as cursor:
        for source in filter(None, (control.population, control.against)):
            assert view_of(source) in VIEWS
            cursor.execute(f"select count(key) from {source}")
    for feed in control.feeds:
        assert feed.kind in KINDS
        assert feed.role in ROLES
    # Absence is evidence only where a feed says up to when it is complete.
    assert control.feeds or control.always_full


@pytest.mark.django_db
@each_control
def test_every_watch_leads_from_a_field_to_a_column_of_the_population(control):
    with connection.cursor() as cursor:
        subjects = columns_of_view(cursor, view_of(control.population))
        for watch in watches_of(control):
            assert watch.column in subjects | {"any", "findings"}
            assert watch.field in columns_of_view(cursor, watch.kind)
    assert control.watches or control.always_full


@pytest.mark.django_db
@each_control
def test_the_watches_can_be_followed(control):
    """Each becomes a statement that the database takes."""
    values = {"seen": "10:20:10", "bound": None, "code": control.code, "extra": []}
    with connection.cursor() as cursor:
        fill_unread(cursor, control)
        fill_asked(cursor, control, values)


@each_control
def test_whatever_it_reads_is_watched(control):
    """A kind that a control reads and does not watch would leave its items behind."""
    if control.always_full:
        return
    read_kinds = sources_of(control.sql) & set(KINDS)
    shared = {
        "posted_actual": {"project_actual"},
        "invoice_obstacle": {"invoice", "party", "project", "contract", "cost_center"},
        "billed_source": {"invoice", "invoice_line"},
        "billing_gap": {"billing_event", "contract", "party"},
        "billing_trigger": {"billing_event", "billing_schedule"},
        "ledger_period": {"accounting_period"},
        "entity_calendar": {"legal_entity"},
        "revenue_period": {
            "accounting_period",
            "billing_event",
            "billing_schedule",
            "expense_item",
            "invoice",
            "legal_entity",
            "revenue_event",
            "revenue_schedule",
            "time_entry",
        },
        "invoice_share": {"invoice", "invoice_line"},
    }
    for name, kinds in shared.items():
        read_kinds |= kinds if name in sources_of(control.sql) else set()
    assert read_kinds <= {watch.kind for watch in control.watches}


@pytest.mark.django_db
@each_control
def test_the_select_returns_what_the_engine_needs(control):
    with connection.cursor() as cursor:
        given = columns_of(cursor, control, dict(control.parameters))
    assert {"subject", "look_at", "title"} <= set(given)
    assert len(given) == len(set(given))
    evidence = set(given) - set(STANDARD) - {"out_of_scope"}
    assert evidence
    assert set(control.sensitive) <= evidence
    for classes in control.sensitive.values():
        assert set(classes) <= set("LPBI")
    # Money that nobody can convert is money that nobody can add.
    assert "currency" in given or not set(MEASURES) & set(given)
    assert "root_cause" in given or not control.own_cause
    assert "root_entity" in given or not control.own_cause


@pytest.mark.django_db
@each_control
def test_evidence_with_a_side_names_one_of_the_two(control):
    with connection.cursor() as cursor:
        given = columns_of(cursor, control, dict(control.parameters))
    named = {name.split("_")[0] for name in given if name.split("_")[0] in ROLES}
    assert named <= set(control.sides)
    assert len(control.sides) in (0, 2)
    for side in control.sides:
        assert side in ROLES
        assert side in named


@pytest.mark.django_db
@each_control
def test_amounts_on_a_side_are_masked_like_the_fields_they_come_from(control):
    with connection.cursor() as cursor:
        given = columns_of(cursor, control, dict(control.parameters))
    amounts = {"net": "B", "gross": "B", "bill_value": "B", "cost": "L", "cost_amount": "L"}
    for name in set(given) - set(STANDARD):
        wanted = amounts.get(name.split("_", 1)[1] if name[:4] in ("psa_", "erp_") else name)
        assert wanted is None or control.sensitive.get(name) == wanted


@each_control
def test_the_select_keeps_the_rules_for_authors(control):
    text = bare(control.sql)
    # A limit inside a lateral picks one row per subject; one of the whole would judge a part.
    outer = text
    while "(" in outer:
        outer = re.sub(r"\([^()]*\)", "", outer)
    assert " limit " not in outer
    # Of nothing, inside: that keeps the planner from making one join of it.
    assert " offset " not in outer
    assert " offset " not in text.replace(" offset 0 ", " ")
    assert " except " not in text
    assert not re.search(r"\bnot in \( ?select", text)
    for word in ("recursive", "as_of", "now()", "current_date", "current_timestamp", "random("):
        assert word not in text
    assert re.match(r"select (\w+\.)?(key|\w+) as subject,", text)
    assert ";" not in text


@each_control
def test_grace_runs_on_the_calendar_of_a_legal_entity(control):
    # What may have no legal entity falls back on the default; a code of a list never has one.
    assert control.code == "MD06" or not re.search(r"\(\s*'default'", control.sql)


@each_control
def test_it_reads_views_alone(control):
    assert sources_of(control.sql) - {"generate_series"} <= VIEWS


@pytest.mark.parametrize(
    "name", [name for name in shared_views() if name not in ("control_state", "resting_control")]
)
def test_shared_views_rest_on_views_alone(name):
    [body] = re.findall(rf"create view {name} as\n(.*?;)", shared_views()[name], flags=re.DOTALL)
    # Of opsboard's own tables the working calendars alone are the controls' business.
    assert sources_of(body) <= VIEWS | {"people_businesscalendar"}


def test_a_shared_view_comes_after_those_it_rests_on():
    names = list(shared_views())
    for place, name in enumerate(names):
        body = re.sub(r"--.*", "", shared_views()[name])
        assert not {other for other in names[place + 1 :] if re.search(rf"\b{other}\b", body)}


@each_control
def test_parameters_are_all_used_and_all_given(control):
    used = set(re.findall(r"%\((\w+)\)s", control.sql))
    assert used == set(control.parameters)


def spoiled(tmp_path, old, new):
    path = tmp_path / "TP04_time_posted_twice.sql"
    text = catalogue()["TP04"].path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return read(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("-- TP04 Time", "-- Time", "begin with '-- TP01 What is wrong'"),
        ("-- owner: integration_support\n", "", "lines missing: ['owner']"),
        ("-- owner:", "-- assignee: x\n-- owner:", "lines unknown: ['assignee']"),
        ("-- watches: time_entry\n", "-- watches: time entry\n", "write 'kind.field -> column'"),
    ],
)
def test_a_malformed_file_is_told_what_to_write_instead(tmp_path, old, new, told):
    with pytest.raises(Malformed, match=re.escape(told)):
        spoiled(tmp_path, old, new)


def test_a_word_with_a_colon_in_the_paragraph_is_a_word(tmp_path):
    found = spoiled(
        tmp_path, "--\n-- slug:", "-- once: what follows is no line of the head.\n--\n-- slug:"
    )
    assert found.what.endswith("once: what follows is no line of the head.")


def test_a_header_is_read_into_words(tmp_path):
    found = spoiled(tmp_path, "-- severity: floor high", "-- severity: floor medium, cap high")

    assert (found.floor, found.cap) == (2, 3)
    assert found.watches[1] == Watch("project_actual", "source_key", "key")
    assert [str(feed) for feed in found.feeds] == ["psa.time_entry", "erp.project_actual"]
    assert found.sensitive == {"psa_bill_value": "B", "erp_bill_value": "B"}
    assert found.remediation[0] == "Reverse the surplus lines in the ERP; leave the first one."
    assert found.integrity
    assert found.close_relevant
    assert found.digest != catalogue()["TP04"].digest


def test_every_field_that_a_watch_may_name_is_declared():
    declared = {field.name for kind in KINDS.values() for field in fields_of(kind)}
    for control in CONTROLS:
        for watch in control.watches:
            known = declared | {"key", "canonical_id"}
            assert watch.field.removesuffix("_id") in known or watch.field in known
