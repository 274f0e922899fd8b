"""What a stream of files is: which names, which format, which column becomes which field.

[connection.psa.streams.time_entry]
pattern   = "time-{stamp}.csv.gz"   # * and ? as in a shell; {stamp} is the export's instant
kind      = "time_entry"            # the stream's own name when left out
format    = "csv"                   # or "jsonl"; told by the pattern when left out
delimiter = ";"
encoding  = "cp1252"
decimal   = ","
thousands = "."
date      = "%d.%m.%Y"              # ISO 8601 when left out
instant   = "%d.%m.%Y %H:%M:%S"     # ISO 8601 when left out
stamp     = "%Y%m%d%H%M"            # the usual forms are known
as_of     = "stamp"                 # or "modified", or "column:exported_at"
version   = "updated_at"            # a column; without one the file's own sequence counts
snapshot  = false                   # true: a file is the whole truth, absence is a delete
marker    = false                   # true: taken once time-….csv.gz.done lies beside it
settle    = 5                       # seconds that a file must have been left alone
ignored   = ["internal_no"]
columns   = { source_id = "Entry", hours = "Hours", billable = { path = "Bill", via = "bool" } }
"""

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from connectors.kinds import Field
from connectors.mapping import From, Mapping

# Stands for "the file's sequence", which is put in when a page is opened.
SEQUENCE = From(constant=0)
JSON_NAMES = re.compile(r"\.(jsonl|ndjson|json)(\.gz)?$")


@dataclass(frozen=True)
class FileStream:
    """One declared stream; the names are those of the settings, `zone` is the connection's."""

    name: str
    pattern: str
    kind: str
    format: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    date: str = ""
    instant: str = ""
    stamp: str = ""
    as_of: str = ""
    version: str = ""
    snapshot: bool = False
    marker: bool = False
    settle: float = 5.0
    zone: str = ""
    ignored: tuple[str, ...] = ()
    columns: Table[str, Any] = field(default_factory=dict)
    overrides: Table[str, Any] = field(default_factory=dict)

    @cached_property
    def mapping(self) -> Mapping:
        """The columns with the firm's overrides, numbers and dates read as this stream writes
        them.
        """
        plain = self.base_mapping.overridden(self.columns).overridden(self.overrides)
        local = {
            name: self._local(one, plain.targets[name]) for name, one in plain.declared.items()
        }
        return replace(plain, source_id=local.pop("source_id"), fields=local)

    @property
    def base_mapping(self) -> Mapping:
        version = From(path=self.version, via=f"microseconds:{self.moments}")
        return Mapping(
            kind=self.kind,
            fields={"source_version": version if self.version else SEQUENCE},
            ignored=frozenset((*self.ignored, *filter(None, [self.as_of_column]))),
        )

    def mapping_of(self, sequence: int) -> Mapping:
        """The mapping for the rows of one file."""
        if self.mapping.fields["source_version"] != SEQUENCE:
            return self.mapping
        fields = {**self.mapping.fields, "source_version": From(constant=sequence)}
        return replace(self.mapping, fields=fields)

    @property
    def moments(self) -> str:
        """How a time in a cell is read, as the transform `instant` wants to be told."""
        return f"{self.zone}|{self.instant}" if self.instant else self.zone

    @property
    def as_of_column(self) -> str:
        return self.as_of.removeprefix("column:") if self.as_of.startswith("column:") else ""

    @property
    def columns_needed(self) -> tuple[str, ...]:
        """The columns without which no row can be trusted: an approval missing in every row would
        look like time that nobody approved.
        """
        declared = self.mapping.declared.values()
        return tuple(path for one in declared if not one.optional for path in one.paths)

    def _local(self, source: From, target: Field) -> From:
        if source.steps or source.values is not None or not source.paths:
            return source
        numbers = f"decimal:{self.decimal}{self.thousands}"
        written = {
            "str": "strip",
            "decimal": numbers,
            "int": numbers,
            "date": f"date:{self.date}",
            "datetime": f"instant:{self.moments}",
        }
        return replace(source, via=written.get(target.type, ()))


SETTINGS = frozenset(one.name for one in fields(FileStream)) - {"name", "zone", "overrides"}


def declare(name: str, settings: Table[str, Any]) -> FileStream:
    """The stream that checked settings declare."""
    table = settings["streams"][name]
    given = {key: value for key, value in table.items() if key in SETTINGS}
    given["ignored"] = tuple(given.get("ignored", ()))
    pattern = given["pattern"]
    given.setdefault("kind", name)
    given.setdefault("format", "jsonl" if JSON_NAMES.search(pattern) else "csv")
    given.setdefault("as_of", "stamp" if "{stamp}" in pattern else "modified")
    given.setdefault("settle", settings.get("settle", 5.0))
    overrides = settings.get("mapping", {}).get(name, {})
    return FileStream(name=name, zone=settings.get("zone", ""), overrides=overrides, **given)
