"""`manage.py probe` says of every connection what it can do, and fails when one is out of reach."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from opsboard.sync.models import Connection
from tests.sync.world import scripted


def test_it_tells_rights_and_what_is_missing(source, capsys):
    call_command("probe")
    told = capsys.readouterr().out

    assert "crm" in told
    assert "It answers." in told
    assert "may read       party" in told
    assert "may not read   supplier" in told


def test_it_fails_when_a_source_is_out_of_reach(source, deployment, capsys):
    deployment(scripted(source.script, "is_down = true"))
    with pytest.raises(SystemExit) as end:
        call_command("probe")

    told = capsys.readouterr().out
    assert end.value.code == 1
    assert "NOT REACHABLE" in told
    assert "Start the source." in told
    assert Connection.objects.get().probe["reachable"] is False


def test_an_unknown_connection_is_an_error(source):
    with pytest.raises(CommandError, match="no connection mars"):
        call_command("probe", "mars")
