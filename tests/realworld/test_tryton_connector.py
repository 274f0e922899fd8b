"""How the Tryton connector behaves against a live Tryton, in good days and bad."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.base import NeedsHuman, TryAgain
from connectors.tryton.client import Tryton
from connectors.tryton.streams import STREAMS
from tests.connectors.live import Live
from tests.connectors.promises import PROMISES

pytestmark = pytest.mark.realworld

# Everything was dated back, so a second pull sees what a test did and what the tests before it did.
SOON = "1s"


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_the_promise_is_kept(promise, erp):
    settings = erp.settings(page_size=200)

    promise(Live(Tryton, settings, {**settings, "base_url": "http://127.0.0.1:9"}))


def test_a_second_pull_brings_only_what_changed(erp):
    before = erp.pull("project_actual")
    line = int(next(iter(before.records)))
    (text,) = erp.sql("select description from timesheet_line where id = %s", line)[0]

    erp.clerk.call("model.timesheet.line.write", [line], {"description": f"{text}!"})
    after = erp.pull("project_actual", before.cursor, overlap=SOON)

    assert str(line) in after.records
    assert len(after.records) < len(before.records) / 2
    assert after.records[str(line)].source_version > before.records[str(line)].source_version
    assert after.census is None


def test_a_change_beside_the_row_is_a_change_of_the_row(erp):
    """Lines of an invoice, identifiers of a party, the party of a worker, a project's status."""
    cursors = {name: erp.pull(name) for name in ("invoice", "party", "worker", "project")}
    (line, invoice), *_ = erp.sql(
        "select line.id, line.invoice from account_invoice_line line"
        " join account_invoice invoice on invoice.id = line.invoice"
        " where invoice.state = 'draft' order by 1"
    )
    ((employee, person),) = erp.sql(
        "select employee.id, party.id from company_employee employee"
        " join party_party party on party.id = employee.party where party.code = 'E1006'"
    )
    ((customer,),) = erp.sql("select id from party_party where code = 'C1006'")

    erp.clerk.call("model.account.invoice.line.write", [line], {"unit_price": Decimal("99.5")})
    erp.clerk.call("model.party.party.write", [person], {"name": "Emeka Obi-Lang"})
    identifier = {"party": customer, "type": None, "code": "HRB 4711"}
    erp.clerk.call("model.party.identifier.create", [identifier])
    after = {name: erp.pull(name, one.cursor, overlap=SOON) for name, one in cursors.items()}

    found = after["invoice"].records[str(invoice)]
    assert found.net != cursors["invoice"].records[str(invoice)].net
    assert found.source_version > cursors["invoice"].records[str(invoice)].source_version
    assert after["worker"].records[str(employee)].name == "Emeka Obi-Lang"
    assert str(customer) in after["party"].records
    assert not after["project"].records


def test_a_deleted_row_is_missing_from_the_census(erp):
    before = erp.pull("project_actual")
    (surplus,), *_ = erp.sql("select max(id) from timesheet_line")

    erp.clerk.call("model.timesheet.line.delete", [surplus])
    quick = erp.pull("project_actual", before.cursor)
    after = erp.pull("project_actual", before.cursor, census_every="0s")

    assert quick.census is None
    assert before.census - after.census == {str(surplus)}


def test_the_log_of_deletes_is_closed_to_a_reading_login(erp):
    """Why ids are compared at all; should Tryton open the log one day, this says so."""
    connector = erp.connector()
    session = connector._session()

    with pytest.raises(NeedsHuman, match="not allowed to search"):
        session.call(
            "model.ir.model.log.search_read",
            [["event", "=", "delete"]],
            0,
            10,
            None,
            ["resource"],
            {"language": "en"},
        )


def test_the_watermark_stays_the_overlap_behind_the_start(erp):
    start = datetime.now(UTC)
    pages = erp.pull("project_actual", overlap="10m", page_size=100).pages

    *early, last = pages
    assert all(page.watermark is None for page in early)
    # The server tells its time in whole seconds.
    began = last.watermark + timedelta(minutes=10)
    assert start - timedelta(seconds=1) <= began <= datetime.now(UTC)


def test_a_session_that_ends_in_the_middle_is_opened_again(erp):
    connector = erp.connector(page_size=100)
    pages = connector.pull("project_actual", "")
    first = next(pages)

    assert erp.sql(
        "delete from ir_session where create_uid in (select id from res_user where login = %s)"
        " returning id",
        erp.world.user,
    )
    rest = list(pages)

    opened = [connector.open("project_actual", page) for page in (first, *rest)]
    ids = [one.source_id for page in opened for one in page.records]
    assert len(ids) == erp.sql("select count(*) from timesheet_line")[0][0]


def test_a_row_that_changes_behind_the_page_comes_with_the_next_pull(erp):
    connector = erp.connector(page_size=100, overlap=SOON)
    pages = connector.pull("project_actual", "")
    first = next(pages)
    passed = connector.open("project_actual", first).records[0]

    employee = int(passed.worker)
    erp.clerk.call("model.timesheet.line.write", [int(passed.source_id)], {"employee": employee})
    *_, last = pages
    later = erp.pull("project_actual", last.cursor, overlap=SOON)

    assert later.records[passed.source_id].source_version > passed.source_version


def test_a_missing_right_is_named_and_who_grants_it(erp):
    for stream, right in (("cost_rate", "Employee Cost Price"), ("project_actual", "Cost Price")):
        with pytest.raises(NeedsHuman, match=right) as error:
            list(erp.weak().pull(stream, ""))
        assert "administrator" in error.value.remedy.lower()

    probe = erp.weak().probe()
    assert probe.reachable
    assert not probe.rights["cost_rate"]
    assert probe.rights["invoice"]
    assert len(probe.missing) == 2


def test_the_reader_has_every_right_it_needs(erp):
    probe = erp.connector().probe()

    assert set(probe.rights) == set(STREAMS)
    assert all(probe.rights.values())
    assert not probe.missing
    assert "8.2" in probe.detail


def test_a_wrong_password_needs_a_person(erp):
    with pytest.raises(NeedsHuman) as error:
        list(erp.connector(password="not it").pull("party", ""))

    assert "login" in error.value.remedy
    assert "not it" not in str(error.value)


def test_too_many_failed_logins_pass_by_themselves(erp):
    """Tryton answers each failure more slowly, so the failures are written into its table."""
    erp.do(
        "insert into res_user_login_attempt (login, create_date)"
        " select 'nobody', now() at time zone 'utc' from generate_series(1, 6)"
    )

    with pytest.raises(TryAgain, match="failed logins"):
        list(erp.connector(login="nobody", password="wrong").pull("party", ""))


def test_a_link_leads_to_the_record(erp):
    link = erp.connector().link("project", "42")

    assert link == f"{erp.world.url}/#{erp.world.database}/model/project.work/42"
    assert erp.connector().link("time_entry", "42") is None
