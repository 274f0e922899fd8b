"""What every connector promises, and nothing it does not need.

A connector turns one product's words into ours. It only reads, but for having messages sent again;
it knows neither Django nor opsboard, and is used in two steps, so that a page can be kept raw and
opened again after a mapping change:

    pull(stream, cursor)  ->  pages, as the vendor sent them
    open(stream, page)    ->  records, refused rows, drift            (pure: no network, no clock)

Errors say the remedy: `TryAgain` (busy or briefly down) or `NeedsHuman` (credentials, rights,
settings). A row that cannot become a record is never an error: it is `Refused`, kept by sync,
and replayable.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from connectors.kinds import Record


class TryAgain(Exception):
    """The source is busy or briefly down; the same pull may work later.

    `retry_after` is what the source itself asked for, when it did.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None):
        super().__init__(message)
        self.retry_after = retry_after


class NeedsHuman(Exception):
    """Credentials, rights or settings are wrong; trying again will not help.

    `remedy` says in one sentence what somebody has to do, and where.
    """

    def __init__(self, message: str, remedy: str = ""):
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind that a connection publishes.

    `sort` says what the rows are: business records, the middleware's own flow runs, or spans.
    `interval` is how often the source can usefully be asked; a deployment may override it.
    `snapshot` means that each pull from an empty cursor is the whole truth, so absence is a delete.
    """

    name: str
    kind: str
    sort: Literal["records", "flow_runs", "spans"] = "records"
    interval: timedelta = timedelta(minutes=15)
    snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One response of the source, unopened.

    `body` is UTF-8 text that `open` understands, kept as it came. `cursor` is where the next
    pull starts once this page is safe. `watermark` is the UTC instant up to which the source is
    known to be complete once this page is *loaded*; None when this page does not move it.

    A page of part "census" lists every native id that exists; records absent from it were deleted.
    `origin` says where it came from, for people: an address without secrets, or a file name.
    """

    body: bytes
    cursor: str
    watermark: datetime | None = None
    part: Literal["rows", "census"] = "rows"
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not become a record: which field, why, and the row itself for a later
    replay.

    `hints` holds the fields that could be read all the same, so that a control can tell "absent"
    from "refused" (engine: not evaluated).
    """

    row: str
    reason: str
    field: str = ""
    source_id: str = ""
    line: int | None = None
    hints: Mapping[str, str] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page holds. `census` is the list of ids of a census page, else None.

    `drift` names vendor fields that the declaration expects and the page lacks ("-name"), or that
    the page has and the declaration does not know ("+name").
    """

    records: list[Record]
    refused: list[Refused] = made_by(default_factory=list)
    drift: frozenset[str] = frozenset()
    census: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """Can the source be reached, with which rights, and what is missing (one sentence each)."""

    reachable: bool
    detail: str
    rights: dict[str, bool] = made_by(default_factory=dict)
    missing: list[str] = made_by(default_factory=list)


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of one message that was asked to be sent again.

    `taken`: it is on its way, or applied already. `repeated`: it had been applied before, and
    nothing was done. `refused`: for the reason in `detail`; trying the same again will not help.
    `unknown`: there is no such message.
    """

    message: str
    outcome: Literal["taken", "repeated", "refused", "unknown"]
    detail: str = ""


class Connector(ABC):
    """One configured source.

    `settings` is the connection's table in `opsboard.toml`, already validated by
    `check_settings`, with secrets resolved. `http` is the shared HTTP layer
    (`connectors.http.Http`) or None for sources that need no network; tests replace nothing
    else.
    """

    slug: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, settings: Mapping[str, Any], http: Any = None):
        self.settings = settings
        self.http = http

    @classmethod
    @abstractmethod
    def check_settings(cls, settings: Mapping[str, Any]) -> list[str]:
        """Every mistake in the settings, as 'key: what is wrong and what to write'; empty when
        usable.
        """

    @abstractmethod
    def streams(self) -> tuple[Stream, ...]:
        """What this connection publishes, after mapping overrides."""

    @abstractmethod
    def pull(self, stream: str, cursor: str) -> Iterator[Page]:
        """Yield what changed since `cursor`, oldest first; an empty cursor means everything.

        Raises TryAgain or NeedsHuman. Resuming from the cursor of any page skips nothing;
        repeats are harmless, because loading is idempotent.
        """

    @abstractmethod
    def open(self, stream: str, page: Page) -> Opened:
        """Read a page that `pull` yielded, now or last year. Pure: same page, same mapping, same
        answer.
        """

    @abstractmethod
    def mapping_version(self, stream: str) -> str:
        """A short hash of the declaration in force; pages opened under another one may be re-
        opened.
        """

    @abstractmethod
    def probe(self) -> Probe:
        """Reach the source and say what is missing. Never raises for an expected failure."""

    def link(self, kind: str, source_id: str) -> str | None:
        """The address where a person sees this record in the source, if there is one."""
        return None

    @property
    def retries(self) -> bool:
        """Whether this source has a call that sends messages again, and we may use it."""
        return False

    def retry(self, messages: Sequence[str]) -> list[Retried]:
        """Have the source send these messages again, each with the key it had: one answer each.

        The only call that changes anything outside; it moves messages and never their contents.
        Whoever is asked twice for the same message applies it once. Raises TryAgain when nothing
        can be known of any of them, or NeedsHuman.
        """
        raise NeedsHuman(f"{self.title} has no call that sends messages again")

    def close(self) -> None:
        """Let go of what it holds open."""
        if self.http is not None:
            self.http.close()
