"""A firm's own field names, over the declared ones."""

import re

import pytest

from connectors.mapping import From, Mapping

PARTIES = Mapping(
    kind="party",
    source_id="id",
    fields={
        "source_version": From(path="rev", via="int"),
        "code": "code",
        "legal_name": "name",
        "status": From(path="state", values={"1": "active"}),
    },
)
ROW = {"id": "7", "rev": 3, "code": "C7", "name": "Seven", "state": 1, "x_tax": "ATU1"}


def test_a_text_is_another_path_and_a_table_another_declaration():
    mapping = PARTIES.overridden(
        {"tax_id": "x_tax", "code": {"template": "K{code}"}, "po_required": {"constant": True}}
    )

    record = mapping.read(ROW)

    assert (record.tax_id, record.code, record.po_required) == ("ATU1", "KC7", True)
    assert record.legal_name == "Seven"


def test_a_table_without_a_source_refines_the_declared_one():
    mapping = PARTIES.overridden({"status": {"values": {"1": "prospect"}}})

    assert mapping.read(ROW).status == "prospect"


def test_ignored_fields_are_no_drift():
    assert PARTIES.drift([ROW]) == {"+x_tax"}
    assert PARTIES.overridden({"ignored": ["x_tax"]}).drift([ROW]) == frozenset()


@pytest.mark.parametrize(
    "change",
    [
        {"tax_id": "x_tax"},
        {"code": {"path": "code", "via": "upper"}},
        {"status": {"values": {"1": "prospect"}}},
        {"source_id": "uuid"},
        {"ignored": ["x_tax"]},
        {"legal_name": {"default": "?"}},
    ],
)
def test_every_change_of_the_declaration_is_another_version(change):
    assert PARTIES.overridden(change).version != PARTIES.version


def test_the_same_declaration_has_the_same_version():
    assert PARTIES.overridden({}).version == PARTIES.version
    assert PARTIES.overridden({"code": "code"}).version == PARTIES.version


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"colour": "x"}, "colour: there is no such field"),
        ({"code": 3}, "code: write the source's field name"),
        ({"code": ""}, "code: write the source's field name"),
        ({"code": {"pth": "x"}}, "code: 'pth' is not understood here"),
        ({"code": {"path": 3}}, "code: path: write a text"),
        ({"code": {"path": "x", "template": "{y}"}}, "code: write exactly one of path"),
        ({"tax_id": {"via": "upper"}}, "tax_id: write exactly one of path"),
        ({"code": {"template": "none"}}, "code: template: put the source's field names in braces"),
        ({"code": {"path": "x", "via": ["upper", "shout"]}}, "code: via: 'shout' is no transform"),
        ({"code": {"path": "x", "via": [3]}}, "code: via: '3' is no transform"),
        ({"code": {"path": "x", "via": "instant:Mars/One"}}, "'Mars/One' is no time zone"),
        ({"code": {"path": "x", "via": "date:31.12."}}, "'31.12.' is no date format"),
        ({"code": {"path": "x", "via": "decimal:;"}}, "';' is no number format"),
        ({"status": {"values": {"1": "gone"}}}, "status: values.1: 'gone' is not one of"),
        ({"credit_limit": {"constant": 0.5}}, "write the number in quotes"),
        ({"po_required": {"path": "x", "default": "perhaps"}}, "po_required: default: 'perhaps'"),
        ({"ignored": "x"}, "ignored: write a list"),
    ],
)
def test_each_mistake_is_said_with_its_place(table, said):
    (mistake,) = PARTIES.mistakes(table)

    assert said in mistake
    with pytest.raises(ValueError, match=re.escape(said)):
        PARTIES.overridden(table)


def test_all_mistakes_are_said_at_once():
    assert len(PARTIES.mistakes({"colour": "x", "code": {"a": 1, "b": 2}, "ignored": 1})) == 4


def test_what_a_kind_requires_must_be_declared():
    assert [one.split(":")[0] for one in Mapping("party").mistakes({"code": "c"})] == [
        "source_id",
        "source_version",
        "legal_name",
    ]
