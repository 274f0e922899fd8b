"""`manage.py reconcile` judges, and says what came of it."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from opsboard.config import using
from opsboard.controls.catalogue import catalogue
from opsboard.sync.models import Connection
from tests.test_config import SMALL
from tests.test_config_values import SOURCE


@pytest.fixture(autouse=True)
def world(transactional_db):
    with using(SMALL):
        yield


def lines(capsys):
    head, *rest = capsys.readouterr().out.splitlines()
    assert head.split()[:6] == ["control", "state", "mode", "judged", "findings", "seconds"]
    return [line.split() for line in rest]


def test_every_control_is_told_with_what_it_did(capsys):
    call_command("reconcile")
    told = lines(capsys)

    assert sorted(one[0] for one in told) == sorted(catalogue())
    assert {tuple(one[1:3]) for one in told} == {("done", "full")}
    judged = {one[0]: int(one[3]) for one in told}
    assert judged["TP01"] == 0
    assert judged["IN12"] > 0, "it judges the controls themselves"
    assert all(float(one[5]) >= 0 for one in told)


def test_only_what_this_command_did_is_told(capsys):
    call_command("reconcile")
    lines(capsys)
    call_command("reconcile", "TP01", "TP02", "--full")

    assert [(one[0], one[6:]) for one in lines(capsys)] == [
        ("TP01", ["asked", "for"]),
        ("TP02", ["asked", "for"]),
    ]


def test_a_file_that_cannot_be_used_is_said_in_words():
    """A known connection that is another system now is found only beside the database."""
    Connection.objects.create(
        slug="crm", title="CRM", connector="hostile", system="old", role="crm"
    )
    with (
        using(SMALL + SOURCE.format(name="crm", system="crm")),
        pytest.raises(CommandError, match=r"cannot be used:\nconnection\.crm\.system: was old"),
    ):
        call_command("reconcile")
