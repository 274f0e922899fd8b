"""From Tryton's answers to pages: changed rows by id, then, now and then, every id there is.

Deletes leave no trace that could be asked for. Tryton logs them in `ir.model.log`, but lets only an
administrator search it: any other user must name the records, and naming a deleted one is refused
by the rules on it (tried on 8.2). A reading login should be no administrator, so ids are compared.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import NeedsHuman, Page, TryAgain
from connectors.http import Reply
from connectors.tryton.cursor import Cursor
from connectors.tryton.declaring import Declared
from connectors.tryton.rpc import Session

BY_ID = [["id", "ASC"]]


class Puller:
    """One pull of one stream.

    Tryton stamps a row when its transaction starts and shows it when that commits. `overlap` is
    how long that may take, and how far the clocks of Tryton's database and web server may differ:
    a pull begins that much before the last one started, and vouches for nothing younger.
    """

    def __init__(
        self,
        session: Session,
        stream: Declared,
        *,
        size: int,
        overlap: timedelta,
        census_every: timedelta,
        fx_base: str = "",
    ):
        self.session, self.stream, self.size = session, stream, size
        self.overlap, self.census_every, self.fx_base = overlap, census_every, fx_base
        self.context: dict[str, Any] = {}

    def pages(self, text: str) -> Iterator[Page]:
        cursor = Cursor.read(text).begin(self._prepare(), self.overlap)
        while not cursor.listing:
            rows, reply = self._rows(cursor)
            if rows:
                cursor = cursor.passed(rows[-1]["id"])
            is_last = len(rows) < self.size
            if is_last and self._wants_census(cursor):
                cursor = cursor.list_next()
            elif is_last:
                yield self._last(
                    cursor.finish(listed=False), cursor, self._body(cursor, rows, reply)
                )
                return
            yield Page(self._body(cursor, rows, reply), str(cursor), origin=self._origin)
        ids = json.dumps({"ids": list(self._ids())}).encode()
        yield self._last(cursor.finish(listed=True), cursor, ids, part="census")

    def _prepare(self) -> datetime:
        """Who we are and what time it is there: the server says so in each answer's Date."""
        told, reply = self.session.preferences()
        self.context = {
            "company": told.get("company"),
            # Every company of the login, and records that were put away as well.
            "company_filter": "all",
            "active_test": False,
            "language": "en",
        }
        return reply.date or datetime.now(UTC).replace(microsecond=0)

    def _last(self, following: Cursor, cursor: Cursor, body: bytes, **more: Any) -> Page:
        watermark = cursor.started - self.overlap
        return Page(body, str(following), watermark, origin=self._origin, **more)

    def _wants_census(self, cursor: Cursor) -> bool:
        if self.stream.whole or cursor.census is None:
            return True
        return cursor.started - cursor.census >= self.census_every

    def _rows(self, cursor: Cursor) -> tuple[list[dict[str, Any]], Reply]:
        domain = self._domain(cursor.after)
        if cursor.since and not self.stream.whole:
            changed = [[stamp, ">=", cursor.since] for stamp in self.stream.stamps]
            domain.append(["OR", *changed])
        fields = ["id", *self.stream.asked]
        return self._search("search_read", domain, cursor.after, fields)

    def _ids(self) -> Iterator[str]:
        after, found = 0, [0] * self.size
        while len(found) == self.size:
            found, _ = self._search("search_read", self._domain(after), after, ["id"])
            yield from (str(row["id"]) for row in found)
            after = found[-1]["id"] if found else after

    def _domain(self, after: int) -> list[Any]:
        return [["id", ">", after], *(list(clause) for clause in self.stream.domain)]

    def _search(
        self, method: str, domain: list[Any], after: int, fields: list[str]
    ) -> tuple[list[dict[str, Any]], Reply]:
        call = f"model.{self.stream.model}.{method}"
        rows, reply = self.session.call(call, domain, 0, self.size, BY_ID, fields, self.context)
        if not isinstance(rows, list) or not _climbs(rows, after):
            raise TryAgain(f"{reply.origin} answered {call} in an unknown shape")
        return rows, reply

    def _body(self, cursor: Cursor, rows: list[dict[str, Any]], reply: Reply) -> bytes:
        """Tryton's answer untouched, and beside it what opening it needs to know."""
        meta = {"started": cursor.started.isoformat(), **self._beside(rows)}
        return b'{"meta":%b,"reply":%b}' % (json.dumps(meta).encode(), reply.content)

    def _beside(self, rows: list[dict[str, Any]]) -> Mapping[str, Any]:
        if self.stream.name == "party" and rows:
            return {"own_parties": self._own_parties([row["id"] for row in rows])}
        if self.stream.name == "fx_rate" and rows:
            self.fx_base = self.fx_base or self._base_currency()
            return {"fx_base": self.fx_base}
        return {}

    def _own_parties(self, ids: list[int]) -> list[int]:
        """Which of these parties are employees or companies of the firm."""
        found: list[int] = []
        for model in ("company.employee", "company.company"):
            rows = self._read(model, [["party", "in", ids]], ["party"])
            found += [row["party"] for row in rows if isinstance(row.get("party"), int)]
        return sorted(set(found))

    def _base_currency(self) -> str:
        """Tryton quotes against the one currency whose rate is always 1, and names it nowhere."""
        candidates = self._read("currency.currency", [["rates.rate", "=", 1]], ["code"])
        others = self._read(
            "currency.currency", [["rates", "where", [["rate", "!=", 1]]]], ["code"]
        )
        moving = {row.get("code") for row in others}
        bases = [row.get("code") for row in candidates if row.get("code") not in moving]
        if len(bases) != 1 or not isinstance(bases[0], str):
            raise NeedsHuman(
                f"{len(bases)} currencies of Tryton have a rate of 1 throughout",
                "Write the one that rates are quoted for as fx_base in opsboard.toml.",
            )
        return bases[0]

    def _read(self, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        call = f"model.{model}.search_read"
        rows, reply = self.session.call(call, domain, 0, 500, BY_ID, fields, self.context)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TryAgain(f"{reply.origin} answered {call} in an unknown shape")
        return rows

    @property
    def _origin(self) -> str:
        return f"{self.session.database}: {self.stream.model}"


def _climbs(rows: list[Any], after: int) -> bool:
    """Ids that do not come in order would make us skip or go in circles."""
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("id"), int) or row["id"] <= after:
            return False
        after = row["id"]
    return True
