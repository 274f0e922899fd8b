"""Whose word counts for which field (domain.md A.3, A.6), and what a firm may write about it."""

import pytest

from connectors.kinds import KINDS, fields_of
from connectors.kinds.ownership import DEFAULTS, owner_of
from opsboard.config import Misconfigured, load
from opsboard.deployment.shape import SYSTEM_ROLES

FIRM = """
[firm]
name = "Northquay"
group_currency = "GBP"
zone = "Europe/London"

[team.support]
name = "Support"

[[owner]]
team = "support"
"""


def written(*rules):
    return load(FIRM + "\n".join(f"[[ownership]]\n{rule}" for rule in rules))


def mistakes_of(*rules):
    with pytest.raises(Misconfigured) as error:
        written(*rules)
    return error.value.mistakes


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_has_one_owner(kind):
    for field in fields_of(KINDS[kind]):
        assert owner_of(DEFAULTS, kind, field.name).owner in SYSTEM_ROLES


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_s_system_of_record_is_who_owns_most_of_it(kind):
    usual = [rule for rule in DEFAULTS if rule.kind == kind and not (rule.fields or rule.rows)]
    assert [rule.owner for rule in usual] == [KINDS[kind].system_of_record[0]]


@pytest.mark.parametrize("rule", DEFAULTS, ids=lambda one: f"{one.kind}-{one.part}")
def test_a_default_speaks_of_declared_fields_and_of_nobody_twice(rule):
    names = {one.name for one in fields_of(KINDS[rule.kind])}
    assert {*rule.fields, *rule.rows} <= names
    roles = [rule.owner, *rule.subscribers, *rule.readers]
    assert len(roles) == len(set(roles))


@pytest.mark.parametrize(
    ("kind", "field", "record", "owner"),
    [
        ("party", "legal_name", {}, "crm"),
        ("party", "tax_id", {}, "erp"),
        ("party", "legal_name", {"is_vendor": True, "is_customer": False}, "procurement"),
        ("project", "contract", {}, "crm"),
        ("project", "project_manager", {}, "psa"),
        ("project", "cost_center", {}, "erp"),
        ("worker", "manager", {}, "hcm"),
        ("cost_rate", "rate", {"source": "payroll_derived"}, "hcm"),
        ("cost_rate", "rate", {"source": "contractor_agreement"}, "procurement"),
        ("cost_rate", "rate", {"source": "standard"}, "erp"),
        ("rate_card", "code", {"scope": "standard"}, "erp"),
        ("rate_card", "code", {"scope": "contract"}, "crm"),
        ("user_account", "privileged", {}, "identity"),
        ("time_entry", "hours", {}, "psa"),
        ("gl_posting", "debit", {}, "erp"),
    ],
)
def test_the_owners_are_those_of_the_document(kind, field, record, owner):
    assert load(FIRM).owner_of(kind, field, record).owner == owner


def test_who_holds_less_than_a_copy_is_noted():
    rule = owner_of(DEFAULTS, "time_entry", "hours")
    assert (rule.notes, "payroll" in rule.subscribers) == ({"payroll": "hourly"}, True)
    assert "identity" not in owner_of(DEFAULTS, "worker", "name").subscribers


def test_a_firm_s_rule_comes_first_and_leaves_the_rest_as_it_is():
    found = written('kind = "project"\nfields = ["health"]\nowner = "crm"')
    assert found.owner_of("project", "health").owner == "crm"
    assert "psa" in found.owner_of("project", "health").subscribers
    assert found.owner_of("project", "status").owner == "psa"


def test_the_narrower_rule_counts_whatever_is_written_first():
    rules = [
        'kind = "rate_card"\nowner = "psa"',
        'kind = "rate_card"\nowner = "crm"\nrows = { scope = ["customer"] }\nconflict = "manual"',
        'kind = "rate_card"\nowner = "erp"\nfields = ["currency"]',
    ]
    for order in (rules, rules[::-1]):
        found = written(*order)
        assert found.owner_of("rate_card", "code", {"scope": "customer"}).conflict == "manual"
        assert found.owner_of("rate_card", "currency", {"scope": "standard"}).owner == "erp"
        assert found.owner_of("rate_card", "code", {"scope": "standard"}).owner == "psa"


def test_a_field_may_be_shared_where_the_newest_version_wins():
    rule = 'kind = "party"\nfields = ["contact"]\nowner = "shared"'
    found = written(f'{rule}\nconflict = "newest_version_wins"')
    assert found.owner_of("party", "contact").conflict == "newest_version_wins"


@pytest.mark.parametrize(
    ("rules", "mistake"),
    [
        (['kind = "projct"\nowner = "crm"'], "ownership[1].kind: projct: is unknown; did you mean"),
        (['owner = "crm"'], "ownership[1].kind: is missing"),
        (['kind = "project"'], "ownership[1].owner: is missing; write one of crm"),
        (['kind = "project"\nowner = "boss"'], "ownership[1].owner: 'boss' does not fit"),
        (
            ['kind = "project"\nowner = "crm"\nfields = ["helth"]'],
            "ownership[1].fields: helth: is unknown; did you mean health?",
        ),
        (
            ['kind = "project"\nowner = "crm"\nrows = { typ = ["external"] }'],
            "ownership[1].rows: typ: is unknown; did you mean type?",
        ),
        (
            ['kind = "project"\nowner = "crm"\nrows = { type = ["externl"] }'],
            "ownership[1].rows.type: externl: is unknown; did you mean external?",
        ),
        (
            ['kind = "project"\nowner = "crm"\nrows = { type = [] }'],
            "ownership[1].rows.type: is empty",
        ),
        (
            ['kind = "project"\nowner = "crm"\nrows = { type = "external" }'],
            "ownership[1].rows: the table does not fit; write a table of lists",
        ),
        (
            ['kind = "project"\nowner = "crm"\nconflict = "newest_version_wins"'],
            'ownership[1].conflict: newest_version_wins goes with owner = "shared"',
        ),
        (
            ['kind = "project"\nowner = "shared"'],
            'ownership[1].conflict: newest_version_wins goes with owner = "shared"',
        ),
        (
            ['kind = "project"\nowner = "crm"\nsubscribers = ["crm"]'],
            "ownership[1].subscribers: crm is the owner",
        ),
        (
            ['kind = "project"\nowner = "crm"\nfields = ["health"]'] * 2,
            "ownership[2]: health of project has an owner in ownership[1] already",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(rules, mistake):
    found = mistakes_of(*rules)
    assert len(found) == 1
    assert found[0].startswith(mistake)
