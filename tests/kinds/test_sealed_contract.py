"""The contract is made from the declarations, and no version of it changes unsaid."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from connectors.kinds import KINDS, contract, fields_of
from connectors.kinds.dictionary import dictionary

DICTIONARY = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def printed(*arguments):
    out = StringIO()
    call_command("contract", *arguments, stdout=out)
    return out.getvalue()


def test_no_kind_changes_without_a_new_version():
    promised = contract.sealed().get(contract.CONTRACT_VERSION, {})
    changed = {name for name, one in contract.digests().items() if promised.get(name) != one}
    changed |= set(promised) - set(KINDS)
    assert not changed, (
        f"{sorted(changed)} changed: raise CONTRACT_VERSION in connectors/kinds/contract.py and"
        " run python3 manage.py contract --seal"
    )


def test_the_dictionary_is_what_the_declarations_say():
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary(), (
        "run python3 manage.py contract --dictionary --out docs/data-dictionary.md"
    )


def test_every_kind_and_field_is_in_the_dictionary():
    told = dictionary()
    for kind, declared in KINDS.items():
        part = told.split(f"\n### {kind}\n")[1].split("\n### ")[0]
        own = [one for one in fields_of(declared) if one not in fields_of(KINDS["skill"])[:8]]
        assert all(f"| `{one.name}` |" in part for one in own), kind


def test_the_schema_holds_every_kind_with_what_its_fields_mean():
    told = json.loads(printed())
    assert told["version"] == contract.CONTRACT_VERSION
    assert len(told["oneOf"]) == len(KINDS) == len(told["$defs"])
    rate = told["$defs"]["CostRate"]["properties"]["rate"]
    assert (rate["x-sensitive"], rate["x-precision"], rate["x-scale"]) == (["L", "P"], 18, 6)
    assert told["$defs"]["TimeEntry"]["properties"]["worker"]["x-references"] == "worker"
    assert "status" in told["$defs"]["TimeEntry"]["required"]
    assert told["$defs"]["Contract"]["x-within"] == "legal_entity"


def test_it_can_be_written_to_a_file(tmp_path):
    printed("--out", str(tmp_path / "contract.json"))
    assert json.loads((tmp_path / "contract.json").read_text())["$defs"]
    with pytest.raises(CommandError, match="cannot be written"):
        printed("--out", str(tmp_path / "absent" / "contract.json"))


def test_sealing_what_is_sealed_changes_nothing(monkeypatch, tmp_path):
    seals = tmp_path / "contract.json"
    seals.write_text(contract.SEALS.read_text())
    monkeypatch.setattr(contract, "SEALS", seals)
    printed("--seal")
    assert seals.read_text() == contract.SEALS.read_text()


def test_a_version_that_promised_something_else_is_not_sealed_again(monkeypatch, tmp_path):
    seals = tmp_path / "contract.json"
    promised = {**contract.digests(), "project": "another"}
    seals.write_text(json.dumps({contract.CONTRACT_VERSION: promised}))
    monkeypatch.setattr(contract, "SEALS", seals)
    with pytest.raises(CommandError, match="promised something else of project"):
        printed("--seal")
    monkeypatch.setattr(contract, "CONTRACT_VERSION", "next")
    printed("--seal")
    assert set(json.loads(seals.read_text())) == {"1", "next"}


def test_the_digest_sees_a_field_that_changed(monkeypatch):
    class Skill(KINDS["skill"], kw_only=True):
        level: int = 1

    before = contract.digests()
    monkeypatch.setitem(KINDS, "skill", Skill)
    after = contract.digests()
    assert {name for name in KINDS if before[name] != after[name]} == {"skill"}
