"""Secrets are nowhere but in the environment: not in the database, logs, reprs or spans."""

import logging

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from opsboard.config import config, using
from opsboard.sync.models import Connection
from opsboard.sync.pull import pull
from opsboard.sync.sources import opened, probe
from tests.sync.world import FIRM, scripted

SECRET = "hunter2-and-more"


@pytest.fixture
def source(source, deployment, monkeypatch, caplog):
    monkeypatch.setenv("OPSBOARD_CRM_TOKEN", SECRET)
    caplog.set_level(logging.DEBUG)
    deployment(scripted(source.script, 'token = "env:OPSBOARD_CRM_TOKEN"'))
    return source


def everything_stored():
    """Every cell of every table of sync, as text."""
    with connection.cursor() as cursor:
        for model in apps.get_app_config("sync").get_models():
            cursor.execute(f"select row::text from {model._meta.db_table} row")
            yield from (text for (text,) in cursor.fetchall())


@pytest.mark.parametrize(
    "step",
    [
        {"rows": [], "origin": f"GET /parties?key={SECRET}"},
        {"try_again": f"login with {SECRET} timed out"},
        {"needs_human": f"{SECRET} was refused", "remedy": f"Replace {SECRET}."},
        {"bug": SECRET},
    ],
)
def test_whatever_a_source_says_is_stored_and_logged_without_secrets(source, step, caplog):
    source.says(step)
    pull(source.stream())

    stored = list(everything_stored())
    assert stored
    assert not [text for text in stored if SECRET in text]
    assert SECRET not in caplog.text


def test_the_connector_gets_the_secret_and_its_connection_does_not(source):
    with opened(source.stream().connection) as connector:
        assert connector.settings["token"] == SECRET
    assert SECRET not in repr(config())
    assert SECRET not in repr(config().connections)
    assert "env:" not in repr(config().connections["crm"])


def test_a_probe_is_stored_without_secrets(source, deployment):
    probe(Connection.objects.get(), timezone.now())
    assert Connection.objects.get().probe["rights"] == {"party": True, "supplier": False}
    assert not [text for text in everything_stored() if SECRET in text]


def test_a_secret_that_left_the_environment_is_missed_by_name(source, monkeypatch):
    monkeypatch.delenv("OPSBOARD_CRM_TOKEN")
    with pytest.raises(Exception, match="OPSBOARD_CRM_TOKEN"):
        config().settings_for("crm")
    with (
        pytest.raises(Exception, match=r"connection\.crm\.token: OPSBOARD_CRM_TOKEN is not set"),
        using(FIRM + scripted(source.script, 'token = "env:OPSBOARD_CRM_TOKEN"')),
    ):
        pass
