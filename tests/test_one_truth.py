"""What several rooms must agree on is written once, and the others read it."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from django.db import connection

from opsboard.correlation import CORRELATION
from opsboard.deployment.shape import AlertRule, OwnerRule
from opsboard.people.roles import WORK, Rights, Role
from opsboard.sync.models import Connection, Stream
from opsboard.ui.freshness import limit_of
from opsboard.workflows import WORKFLOWS, Workflow

SOURCE = Path(__file__).parent.parent / "opsboard"
TREES = {file: ast.parse(file.read_text()) for file in SOURCE.rglob("*.py")}


def listed_in(words):
    """Files with a list, tuple, set or class that spells most of these words out."""
    found = set()
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.ClassDef):
                said = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
                if len(said & {*words}) > len(words) * 0.7:
                    found.add(file.relative_to(SOURCE).as_posix())
    return found


def test_workflows_and_roles_are_listed_once():
    assert listed_in(WORKFLOWS) == {"workflows.py"}
    assert listed_in(Role) == {"people/roles.py"}


def test_the_name_of_the_correlation_id_is_written_once():
    spelt = {
        file.name
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == CORRELATION
    }
    assert spelt == {"correlation.py"}


def test_the_file_knows_every_role_and_every_workflow():
    kinds = AlertRule.__annotations__ | OwnerRule.__annotations__
    assert set(get_args(kinds["role"])) == {role.value for role in Role}
    assert get_args(kinds["workflow"])[0] == Workflow
    assert get_args(Workflow) == WORKFLOWS


def test_no_role_works_what_is_no_workflow():
    with pytest.raises(ValueError, match="time_to_postings are no workflows"):
        Rights("tester", frozenset(), WORK, frozenset({"billing", "time_to_postings"}))


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [1, 15, 30, 31, 24 * 60])
def test_the_screen_and_the_controls_call_a_feed_stale_at_the_same_instant(minutes):
    erp = Connection.objects.create(slug="erp", connector="files", system="erp", role="erp")
    interval = timedelta(minutes=minutes)
    Stream.objects.create(connection=erp, name="party", kind="party", interval=interval)
    with connection.cursor() as cursor:
        cursor.execute("select tolerance from feed")
        assert cursor.fetchall() == [(limit_of(interval),)]
    assert limit_of(interval) == max(2 * interval, timedelta(hours=1))
