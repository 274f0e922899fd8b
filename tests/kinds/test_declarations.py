"""What has to be true of every declaration, or a table, a view or a statement breaks."""

import msgspec
import pytest

from connectors.kinds import KINDS, fields_of
from connectors.kinds.base import Country, Currency
from opsboard.records.encode import content_fields
from opsboard.records.models import TABLES

# What opsboard adds to a record, in its table, on its way there, and in its view.
OURS = {field.name for field in TABLES["project"]._meta.fields} - {
    one.name for one in fields_of(KINDS["project"])
}
ON_THE_WAY = {"native_id", "natural_key", "entity_name", "place", "is_new", "differs"}
IN_THE_VIEW = {"entity"}
# PostgreSQL takes a hundred arguments, and each field is two.
MOST_FIELDS = 50


def names(kind):
    return [one.name for one in fields_of(KINDS[kind])]


def test_the_thirty_eight_entries_of_the_document_are_there_each_with_its_lines():
    assert len(KINDS) == 44


@pytest.mark.parametrize("kind", KINDS)
def test_its_fields_have_names_that_nothing_else_uses(kind):
    taken = set(names(kind)) & (OURS | ON_THE_WAY | IN_THE_VIEW)
    shown = {f"{one.name}_id" for one in fields_of(KINDS[kind]) if one.ref}
    assert not taken
    assert not shown & set(names(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_its_references_and_keys_exist(kind):
    declared = KINDS[kind]
    assert {one.ref for one in fields_of(declared) if one.ref} <= set(KINDS)
    keys = {*declared.unique_by, *declared.natural_key, *filter(None, [declared.within])}
    assert keys <= set(names(kind))
    assert declared.unique_by
    if declared.within:
        [scope] = [one.ref for one in fields_of(declared) if one.name == declared.within]
        assert KINDS[scope].natural_key, "what is within something needs to know which"


@pytest.mark.parametrize("kind", KINDS)
def test_its_change_fits_into_one_statement(kind):
    assert len(content_fields(KINDS[kind])) <= MOST_FIELDS


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is_and_whose_it_is(kind):
    declared = KINDS[kind]
    assert "(A." in (declared.__doc__ or "")
    assert declared.system_of_record


@pytest.mark.parametrize("kind", KINDS)
def test_amounts_have_a_currency_beside_them(kind):
    units = {one.unit for one in fields_of(KINDS[kind])}
    if "currency of the record" in units:
        assert any("currency" in name for name in names(kind))


@pytest.mark.parametrize(
    ("kind", "field", "classes"),
    [
        ("payroll_result", "gross", "P"),
        ("cost_rate", "rate", "LP"),
        ("rate_line", "bill_rate", "B"),
        ("party", "contact", "I"),
        ("receipt", "bank_ref", "B"),
        ("assignment", "cost_rate", "L"),
        ("user_account", "login", "I"),
    ],
)
def test_sensitive_fields_say_so(kind, field, classes):
    [found] = [one for one in fields_of(KINDS[kind]) if one.name == field]
    assert found.sensitive == classes


@pytest.mark.parametrize("said", ["USD\n", "\n", "usd", "US", "USDX", " USD"])
def test_a_currency_is_three_capital_letters_and_nothing_more(said):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, Currency)
    assert msgspec.convert("USD", Currency) == "USD"
    assert msgspec.convert("", Currency) == ""


@pytest.mark.parametrize("said", ["DE\n", "\n", "de", "D", "DEU"])
def test_a_country_is_two_capital_letters_and_nothing_more(said):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, Country)
    assert msgspec.convert("DE", Country) == "DE"
    assert msgspec.convert("", Country) == ""
