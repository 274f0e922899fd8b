"""What hangs on a group, added up: every double rule is the sum of its rows."""

import json
import re
from decimal import Decimal

import pytest

from opsboard.exceptions.item.case import row_of
from opsboard.exceptions.item.summary import headline, summary_of
from opsboard.exceptions.models import Group
from opsboard.records.models import Entity
from tests.cast import cause, hanging, item, resolved

pytestmark = pytest.mark.usefixtures("world")


def work(code):
    return Entity.objects.create(kind="project", code=code, name=code).pk


def entry(group, value, project, worker=1, day="2026-06-01", **more):
    evidence = {"psa_hours": "7.5", "erp_hours": "0"}
    given = {"project_id": project, "worker_id": worker, "service_date": day, "evidence": evidence}
    return item(group, value, **given | more)


@pytest.fixture
def group():
    """Three projects, four days, three people; one atom is claimed by two items of two projects."""
    first, second, third = map(work, ("NQ-P-0871", "NQ-P-0902", "NQ-P-0844"))
    made = cause(title="Contractor-Senior NQ-UK has no cost rate", children=6)
    entry(made, 1000, first, 1, "2026-06-01", atom="psa:TE-1")
    entry(made, 400, first, 2, "2026-06-02")
    entry(made, 300, second, 2, "2026-06-02")
    entry(made, 250, second, 3, "2026-06-03")
    entry(made, 900, third, 3, "2026-06-04", atom="psa:TE-1")
    message = {"control": "IN01", "evidence": {"psa_hours": "none"}, "atom": "psa:TE-1"}
    entry(made, 1000, first, None, None, **message)
    Group.objects.filter(pk=made.pk).update(value_at_risk=1950)
    return made


def seen(group, person):
    rows = Group.objects.filter(pk=group.pk).shown_to(person)
    found = row_of(rows.get(), person)
    return found, summary_of(found, person)


def test_the_rows_add_up_to_the_group(group, helen):
    found, summed = seen(group, helen)
    assert {line.project: (line.records, line.people, line.hours) for line in summed.lines} == {
        "NQ-P-0871": (3, 2, Decimal("15.0")),
        "NQ-P-0902": (2, 2, Decimal("15.0")),
        "NQ-P-0844": (1, 1, Decimal("7.5")),
    }
    assert sum(line.value for line in summed.lines) == summed.total.value == found.value
    assert sum(line.records for line in summed.lines) == summed.total.records == found.children
    assert sum(line.hours for line in summed.lines) == summed.total.hours == Decimal("37.5")
    # Whoever works on two projects is one person.
    assert summed.total.people == 3


def test_the_page_shows_the_same_sums(group, read, helen):
    body = re.sub(r"\s+", " ", read(helen, f"/exceptions/{group.pk}/").replace("\xa0", " "))
    table = re.search(r"<caption[^>]*>What hangs on it, by project.*?</table>", body)[0]
    foot = re.sub(r"<[^>]+>", " ", table.partition("<tfoot>")[2])
    assert foot.split() == ["All", "6", "3", "37.50", "1", "950"]
    headline_shown = re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", body)[1])
    assert headline_shown.strip() == (
        "5 approved entries of 3 people, 38 h and 1 950 USD at risk, cannot post: "
        "Contractor-Senior NQ-UK has no cost rate."
    )


def test_the_figure_says_what_its_table_says(group, read, helen):
    body = read(helen, f"/exceptions/{group.pk}/")
    told = json.loads(re.search(r'<script id="by-day"[^>]*>(.*?)</script>', body)[1])
    [bars] = told["data"]
    assert dict(zip(bars["x"], bars["y"], strict=True)) == {
        "1 June": 7.5,
        "2 June": 15.0,
        "3 June": 7.5,
        "4 June": 7.5,
    }
    assert "15.00\xa0h" in body
    assert "#" not in json.dumps(told)


def test_many_projects_end_in_one_line_and_still_add_up(helen):
    made = cause(children=9)
    for number in range(9):
        entry(made, 100 + number, work(f"P-{number}"), number)
    _, summed = seen(made, helen)
    assert (len(summed.lines), summed.others.project) == (6, "3 more projects")
    assert sum(line.value for line in summed.lines) + summed.others.value == summed.total.value
    assert sum(line.records for line in summed.lines) + summed.others.records == 9


def test_what_a_reader_may_not_see_is_in_no_sum_nor_in_the_order(group, read, marek):
    _, summed = seen(group, marek)
    assert {line.value for line in [*summed.lines, summed.total]} == {None}
    body = read(marek, f"/exceptions/{group.pk}/").replace("\xa0", " ")
    assert "1 950" not in body
    assert "37.50" in body


def test_one_of_a_thing_is_said_as_one(helen):
    made = hanging([500], title="Penhallow has no VAT number")
    found, summed = seen(made, helen)
    told = headline(found, summed, "USD")
    assert (told["what"], told["says"]) == ("1 approved entry", "cannot post")


def test_evidence_that_is_no_number_breaks_nothing(helen):
    made = cause(children=2)
    entry(made, 100, None, evidence={"psa_hours": "eight"})
    entry(made, 100, None, evidence={"psa_hours": ["8"]})
    _, summed = seen(made, helen)
    assert summed.total.hours is None


def test_a_settled_group_is_summed_no_more(helen):
    assert seen(resolved(), helen)[1] is None
