"""A tiny firm for tests: records are loaded as a pull would, feeds are complete up to an instant.

firm.say("time_entry", "TE-1", hours="8")      # what the PSA holds
firm.say("project_actual", "1", source_key="psa:TE-1", hours="8")
firm.reconcile("TP01")
firm.items("TP01")
"""

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from connectors.base import Opened
from connectors.kinds import KINDS, build, fields_of
from opsboard import pipeline
from opsboard.config import using
from opsboard.exceptions.models import ExceptionItem, State
from opsboard.people.calendars import settle_calendars
from opsboard.people.queries import settle_teams
from opsboard.records.load import Source, load
from opsboard.sync.models import Connection, Stream
from tests.defaults import DEFAULTS

# Thursday; June's close is over, so nothing is in the close window.
NOW = datetime(2026, 6, 18, 12, tzinfo=UTC)
OWNERS = {
    "psa": ["assignment", "time_entry", "expense_item", "forecast_line", "billing_event"],
    "erp": ["project_actual", "invoice", "cost_rate"],
    "crm": ["contract", "rate_card", "rate_line"],
    "middleware": [
        "integration_message",
        "flow_run",
        "id_xref",
        "code_mapping",
        "utilization_category",
    ],
}
CONFIGURATION = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"

[calendar.default]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"

[team.finance]
name = "Finance"

[team.people]
name = "People operations"

[team.integration]
name = "Integration support"

[[owner]]
cause = ["cost_rate_missing"]
team = "people"

[[owner]]
workflow = ["integration"]
team = "integration"

[[owner]]
team = "finance"
"""


class Firm:
    """Two systems, a clock, and the whole river behind them."""

    def __init__(self) -> None:
        self.now = NOW
        self.watermark = NOW
        self.versions = count(1)
        self.pages = count(1)
        self.streams: dict[tuple[str, str], Stream] = {}

    def settle(self, config: Any) -> None:
        settle_calendars(config, self.now.date())
        settle_teams(config)
        made = [
            self._stream(self._connection(one), kind) for one in ("psa", "erp") for kind in KINDS
        ]
        for stream in Stream.objects.bulk_create(made):
            self.streams[stream.connection_id, stream.kind] = stream

    def stream(self, system: str, kind: str) -> Stream:
        if (system, kind) not in self.streams:
            self.streams[system, kind] = self._stream(self._connection(system), kind)
            self.streams[system, kind].save()
        return self.streams[system, kind]

    def _stream(self, connection: Connection, kind: str) -> Stream:
        return Stream(
            connection=connection,
            name=kind,
            kind=kind,
            interval=timedelta(minutes=15),
            watermark=self.watermark,
        )

    def _connection(self, system: str) -> Connection:
        defaults = {"title": system, "connector": "files", "system": system, "role": system}
        return Connection.objects.get_or_create(slug=system, defaults=defaults)[0]

    def read_up_to(self, watermark: datetime, system: str = "", kind: str = "") -> None:
        """All feeds, or one, are known to be complete up to this instant."""
        streams = Stream.objects.all()
        if system:
            streams = streams.filter(connection=system)
        if kind:
            streams = streams.filter(kind=kind)
        streams.update(watermark=watermark)

    def basics(self) -> "Firm":
        """One entity, person, project and customer, known to both systems, with a cost rate."""
        for system in ("psa", "erp"):
            self.say("legal_entity", "E1", system)
            self.say("worker", "W1", system)
            self.say("project", "P1", system)
            self.say("party", "C1", system)
        self.say("cost_rate", "R1", "erp")
        return self

    def say(self, kind: str, source_id: str, system: str = "", **said: Any) -> None:
        """A system says something about a record; each saying is a newer version."""
        system = system or next((s for s, kinds in OWNERS.items() if kind in kinds), "erp")
        row = {
            "source_id": source_id,
            "source_version": next(self.versions),
            "source_updated_at": datetime(2026, 6, 8, 9, tzinfo=UTC),
            "legal_entity": "" if kind == "legal_entity" else "E1",
            **DEFAULTS.get(kind, {}),
            **said,
        }
        self.load(system, kind, [build(KINDS[kind], _typed(kind, row))])

    def drop(self, kind: str, source_id: str, system: str = "") -> None:
        self.say(kind, source_id, system, is_deleted=True)

    def load(self, system: str, kind: str, records: list[Any]) -> Any:
        stream = self.stream(system, kind)
        source = Source(stream.pk, kind, system, system, 1)
        return load(source, [(next(self.pages), Opened(records))], self.now)

    def reconcile(self, *codes: str, full: bool = False) -> list[str]:
        return pipeline.reconcile(codes, full=full, as_of=self.now)

    def items(self, code: str) -> list[ExceptionItem]:
        return list(
            ExceptionItem.objects.filter(control=code)
            .exclude(state=State.RESOLVED)
            .order_by("subject")
        )

    def subjects(self, code: str) -> list[str]:
        return [item.subject for item in self.items(code)]


def _typed(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """Texts as the types their fields want, so that tests read like sentences."""
    sorts = {field.name: field.type for field in fields_of(KINDS[kind])}
    return {name: _value(sorts.get(name, ""), value) for name, value in row.items()}


def _value(sort: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    readers = {"decimal": Decimal, "date": date.fromisoformat, "datetime": datetime.fromisoformat}
    return readers[sort](value) if sort in readers else value


def make_firm(stack: ExitStack) -> Firm:
    config = stack.enter_context(using(CONFIGURATION))
    firm = Firm()
    firm.settle(config)
    return firm
