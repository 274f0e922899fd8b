"""`manage.py pull` asks, loads, and says what came of it."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tests.sync.world import party

pytestmark = pytest.mark.django_db(transaction=True)


def names():
    with connection.cursor() as cursor:
        cursor.execute("select legal_name from party order by key")
        return [name for (name,) in cursor.fetchall()]


def test_everything_is_pulled_and_loaded(source, capsys):
    source.says({"rows": [party(1), party(2, state="?")]})
    call_command("pull")
    told = capsys.readouterr().out.splitlines()

    assert names() == ["Customer 1"]
    assert told[0].split()[:6] == ["crm/party", "done", "1", "pages", "2", "rows"]
    assert told[0].endswith("1 refused")
    assert told[1].startswith("crm/supplier")


def test_one_stream_can_be_pulled_from_the_beginning(source, capsys):
    source.says({"rows": [party(1)]})
    call_command("pull")
    capsys.readouterr()
    source.says({"rows": [party(1, version=2, name="Renamed")]})
    call_command("pull", "crm", "party", "--full")

    assert names() == ["Renamed"]
    assert "supplier" not in capsys.readouterr().out


def test_a_failed_pull_fails_the_command_and_says_why(source, capsys):
    source.says({"try_again": "The source is busy."})
    with pytest.raises(SystemExit):
        call_command("pull", "crm", "party")

    assert "The source is busy." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["cmr"], "no connection called cmr; did you mean crm"),
        (["crm", "partei"], "no stream of crm called partei; did you mean party"),
    ],
)
def test_an_unknown_name_is_a_mistake(source, asked, said):
    with pytest.raises(CommandError, match=said):
        call_command("pull", *asked)
