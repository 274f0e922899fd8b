"""The middleware sends again what was lost; it comes in, once, and nothing else moves."""

from threading import Thread

import pytest

from connectors.base import NeedsHuman
from connectors.northquay import asking, clock
from connectors.northquay.serving import Service
from connectors.sandbox.firm import build
from tests.connectors.northquay.firms import TINY, connection

BURST = {**TINY, "faults": ["time.posting_burst", "rates.cost_rate_gap"]}


@pytest.fixture
def lost():
    """The messages of the burst, and the entries that they carried."""
    firm = build(size="tiny", faults=BURST["faults"])
    rows = firm.rows("middleware", "integration_message")
    return {
        row["source_id"]: row["subject_key"]
        for row in rows
        if row.get("outcome") == "dead_lettered"
    }


def middleware(folder, **more):
    return connection("middleware", **{**BURST, "folder": str(folder), **more})


def held(folder, system, stream):
    reader = connection(system, **{**BURST, "folder": str(folder)})
    found = {}
    for page in reader.pull(stream, ""):
        found |= {one.source_id: one for one in reader.open(stream, page).records}
    return found


def posted(folder):
    return {one.source_key for one in held(folder, "erp", "project_actual").values()}


def outcomes(answers):
    return {one.message: one.outcome for one in answers}


def test_what_was_lost_arrives_when_it_is_sent_again(tmp_path, lost):
    assert len(lost) > 2
    first, *others = lost
    assert not set(lost.values()) & posted(tmp_path)

    assert outcomes(middleware(tmp_path).retry([first])) == {first: "taken"}
    assert set(lost.values()) & posted(tmp_path) == {lost[first]}
    assert held(tmp_path, "middleware", "integration_message")[first].outcome == "applied"

    assert set(outcomes(middleware(tmp_path).retry(others)).values()) == {"taken"}
    assert set(lost.values()) <= posted(tmp_path)
    [burst, *_] = [
        one for one in clock.truth(tmp_path, BURST) if one.fault_id.startswith("time.posting_burst")
    ]
    assert burst.mended_at


def test_asked_twice_it_arrives_once(tmp_path, lost):
    first = next(iter(lost))
    middleware(tmp_path).retry([first])
    before = (tmp_path / clock.NAME).read_text()
    assert outcomes(middleware(tmp_path).retry([first])) == {first: "repeated"}
    assert (tmp_path / clock.NAME).read_text() == before
    lines = [one.source_key for one in held(tmp_path, "erp", "project_actual").values()]
    assert lines.count(lost[first]) == 1


def test_what_is_still_wrong_is_refused_again(tmp_path):
    refused = [
        own
        for own, one in held(tmp_path, "middleware", "integration_message").items()
        if one.outcome == "rejected"
    ]
    assert refused
    [answer] = middleware(tmp_path).retry(refused[:1])
    assert (answer.outcome, answer.detail) == ("refused", "Still: no cost rate.")
    [answer] = middleware(tmp_path).retry(["M-nobody-knows"])
    assert answer.outcome == "unknown"


def test_only_the_middleware_of_a_firm_that_remembers_sends_again(tmp_path):
    assert middleware(tmp_path).retries
    assert not connection("erp", **{**BURST, "folder": str(tmp_path)}).retries
    for other in (connection("middleware", **BURST), connection("erp", folder=str(tmp_path))):
        with pytest.raises(NeedsHuman, match="no call"):
            other.retry(["M-1"])
    with pytest.raises(NeedsHuman, match="100 messages"):
        middleware(tmp_path).retry([f"M-{number}" for number in range(101)])


def test_whoever_keeps_the_firm_open_does_it_and_everybody_sees_it(tmp_path, lost):
    names = list(lost)
    with Service(tmp_path) as service:
        thread = Thread(target=service.serve_forever)
        thread.start()
        settings = {**BURST, "system": "middleware", "folder": str(tmp_path)}
        answers = asking.retry(tmp_path, settings, names[:2])
        assert outcomes(answers) == dict.fromkeys(names[:2], "taken")
        assert {lost[name] for name in names[:2]} <= posted(tmp_path)
        service.shutdown()
        thread.join()
    # The firm is built anew by this process, and remembers.
    assert set(outcomes(middleware(tmp_path).retry(names[:2])).values()) == {"repeated"}
