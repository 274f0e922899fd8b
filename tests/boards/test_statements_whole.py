"""Over a whole firm: where nothing is wrong nothing is left over; where much is, it is told."""

from dataclasses import fields
from decimal import Decimal

import pytest

from opsboard import pipeline
from opsboard.boards.drill import COLUMNS, rows
from opsboard.boards.statements import Asking, statements
from opsboard.boards.tying import Cell, cells
from opsboard.config import using
from opsboard.controls.catalogue import library
from opsboard.exceptions.models import ExceptionItem
from opsboard.scoring.firm import Recipe

# After the close of its first month, so that revenue has been recognised and payroll run.
HEALTHY = Recipe(size="tiny", snapshot="post-close", faults="none")
TROUBLED = Recipe(size="tiny", snapshot="post-close", faults="all")
ZERO = Decimal(0)
AMOUNTS = [name for name in COLUMNS if name in {one.name for one in fields(Cell)}]


@pytest.fixture
def read_firm(transactional_db):
    """Pulled through its connectors, and judged by every control."""

    def reading(recipe):
        with using(recipe.deployment()):
            pipeline.prepare()
            pipeline.pull()
            assert pipeline.reconcile(full=True, as_of=recipe.as_of) == []
        return recipe

    return reading


def told(recipe, code):
    with using(recipe.deployment()):
        return cells(Asking(statements()[code], recipe.as_of))


def test_a_healthy_firm_leaves_nothing_unexplained_in_any_statement(read_firm):
    recipe = read_firm(HEALTHY)
    for code in statements():
        found = told(recipe, code)
        assert found, f"{code} compares nothing"
        assert sum((one.came_in for one in found), ZERO) != 0, f"{code} has an empty left side"
        assert [one for one in found if one.breaks or one.unexplained] == [], code
        assert all(one.rolls == 0 and one.left == 0 for one in found), code
        assert all(one.unmatched == 0 for one in found), f"{code} blames a healthy firm"


def test_what_faults_leave_open_is_explained_wherever_a_control_is_live(read_firm):
    recipe = read_firm(TROUBLED)
    explained = 0
    for code, statement in statements().items():
        found = told(recipe, code)
        drafts = any(library()[one].status == "draft" for one in statement.explained_by)
        assert drafts or not [one for one in found if one.breaks], code
        assert all(one.rolls == 0 for one in found), code
        explained += any(one.unmatched for one in found)
    assert explained >= 4


def test_the_rows_behind_every_number_add_up_to_it(read_firm):
    recipe = read_firm(TROUBLED)
    with using(recipe.deployment()):
        for statement in statements().values():
            asking = Asking(statement, recipe.as_of)
            found = cells(asking)
            last = max(one.period for one in found)
            for cell in (one for one in found if one.period == last):
                for column in AMOUNTS:
                    behind = rows(
                        asking, cell.period, column, cell.currency, of=cell.entity, limit=None
                    )
                    assert sum((row["amount"] for row in behind.rows), ZERO) == behind.total
                    assert behind.total == getattr(cell, column), (statement.code, column)


def test_what_loses_its_exception_becomes_unexplained(read_firm):
    recipe = read_firm(TROUBLED)
    before = told(recipe, "R01")[-1]
    missing = ExceptionItem.objects.filter(control="TP01", state="new")
    assert missing.exists()
    hours = sum(Decimal(one.evidence["psa_hours"]) for one in missing)
    ExceptionItem.objects.filter(pk__in=[one.pk for one in missing]).delete()
    left = sum(one.unexplained for one in told(recipe, "R01") if one.period == before.period)
    assert left == hours
