"""Every pull is a span under the run's correlation ID; it tells counts, never what was said."""

import pytest

from opsboard import telemetry
from opsboard.sync.models import Pipeline
from opsboard.sync.pull import pull
from opsboard.traces.models import Span
from tests.sync.world import party

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def watched():
    telemetry.start()
    yield
    telemetry.stop()


def hop_of(run):
    telemetry.flush()
    return Span.objects.get(correlation_id=run.correlation_id)


def test_a_pull_is_a_hop_with_its_counts(source):
    source.says({"rows": [party(1)]}, {"rows": []})
    hop = hop_of(pull(source.stream()))

    assert (hop.name, hop.failed, hop.attributes) == ("pull crm/party", False, {"pages": 2})


def test_a_pull_belongs_to_its_turn(source):
    turn = Pipeline.objects.create(correlation_id="ob-of-the-turn")
    assert pull(source.stream(), pipeline=turn).correlation_id == "ob-of-the-turn"
    with telemetry.correlation("ob-by-hand"):
        assert pull(source.stream()).correlation_id == "ob-by-hand"


@pytest.mark.parametrize("step", [{"try_again": "Ada earns much"}, {"bug": "Ada earns much"}])
def test_a_failed_pull_is_a_failed_hop_without_words(source, step):
    source.says(step)
    hop = hop_of(pull(source.stream()))

    assert (hop.failed, hop.message) == (True, "failed")
    assert "Ada" not in str(Span.objects.values())
