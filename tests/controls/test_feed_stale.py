from datetime import timedelta

from opsboard.sync.models import Run, Stream
from tests.firm import NOW

HOUR = timedelta(minutes=60)


def stream(name="project_actual", **said):
    found = Stream.objects.filter(connection="erp", name=name)
    found.update(**said)
    return found.get()


def test_it_finds_a_feed_that_is_complete_only_up_to_an_hour_ago(firm):
    firm.read_up_to(NOW - HOUR, "erp", "project_actual")
    firm.reconcile("IN03")

    [item] = firm.items("IN03")
    assert item.subject == "erp/project_actual"
    assert item.title == "erp project_actual is complete only up to 18 June 11:00 UTC"
    assert item.severity == 2
    assert item.amount_at_risk is None


def test_it_ignores_a_feed_within_twice_its_interval_and_never_less_than_an_hour(firm):
    firm.read_up_to(NOW - HOUR + timedelta(seconds=1), "erp", "project_actual")
    stream("invoice", interval=timedelta(hours=6))
    firm.read_up_to(NOW - timedelta(hours=11, minutes=59), "erp", "invoice")
    firm.reconcile("IN03")
    assert firm.subjects("IN03") == []

    firm.read_up_to(NOW - timedelta(hours=12), "erp", "invoice")
    firm.reconcile("IN03")
    assert firm.subjects("IN03") == ["erp/invoice"]


def test_a_feed_that_was_never_read_is_stale_from_its_first_pull(firm):
    feed = stream(watermark=None)
    firm.reconcile("IN03")
    assert firm.subjects("IN03") == []

    Run.objects.create(stream=feed, started_at=NOW - HOUR, state="failed")
    firm.reconcile("IN03")
    [item] = firm.items("IN03")
    assert item.title == "erp project_actual was never read in full"


def test_a_feed_that_was_switched_off_is_not_missed(firm):
    firm.read_up_to(NOW - 5 * HOUR, "erp", "project_actual")
    stream(active=False)
    firm.reconcile("IN03")

    assert firm.subjects("IN03") == []


def test_a_stale_feed_raises_one_item_and_no_flood(firm):
    for number in range(5):
        firm.say("time_entry", f"TE-{number}")
    firm.read_up_to(NOW - timedelta(days=30), "erp")
    firm.reconcile()

    assert firm.subjects("TP01") == []
    assert len({item.group_id for item in firm.items("IN03")}) == 1
    assert firm.items("IN03")[0].group.title == "Feeds from erp are stale"


def test_a_second_run_changes_nothing(firm):
    firm.read_up_to(NOW - HOUR, "erp", "project_actual")
    firm.reconcile("IN03")
    [before] = firm.items("IN03")
    firm.reconcile("IN03")
    [after] = firm.items("IN03")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_reading_the_source_again_clears_the_item(firm):
    firm.read_up_to(NOW - HOUR, "erp", "project_actual")
    firm.reconcile("IN03")
    [item] = firm.items("IN03")
    firm.read_up_to(NOW)
    firm.reconcile("IN03")

    item.refresh_from_db()
    assert item.state == "resolved"


def test_it_says_which_controls_rest_on_the_feed(firm):
    firm.reconcile("TP01", "TP04", "BL08")
    firm.read_up_to(NOW - HOUR, "erp", "project_actual")
    firm.reconcile("IN03")

    assert firm.items("IN03")[0].evidence["controls_resting_on_it"] == "TP01, TP04"


def test_it_weighs_more_in_the_close_window(firm):
    # Two working days after the end of June; the books close on the fifth.
    firm.now = NOW + timedelta(days=14)
    firm.read_up_to(firm.now - HOUR)
    firm.reconcile("IN03")

    assert {item.severity for item in firm.items("IN03")} == {3}
