"""Who takes part: the product's own loading, the machine's floors, and Django's bulk_create.

A contender loads three times: into an empty table, the same rows again, and with 1 % changed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.load import rows
from bench.load.place import ask
from connectors.base import Opened

TABLE = "records_timeentry"
AT = datetime(2026, 6, 18, 12, tzinfo=UTC)
PHASES = ("first", "again", "changed")


@dataclass
class Ready:
    """The same rows in every form a contender starts from."""

    first: list[bytes]
    changed: list[bytes]
    finished: dict[str, list[bytes]] = field(default_factory=dict)

    def pages(self, phase: str) -> list[bytes]:
        return self.changed if phase == "changed" else self.first


def load_pages(pages: Iterable[bytes], open_page: Callable[[bytes], Opened]) -> None:
    """What the product does with stored pages, from compressed bytes to the commit."""
    from opsboard.records.load import Source, load

    source = Source(stream=1, kind="time_entry", system="psa", role="psa", mapping_no=1)
    load(source, ((number, open_page(page)) for number, page in enumerate(pages, 1)), AT)


def empty(table: str = TABLE) -> None:
    ask(f"truncate {table}")
    ask("truncate records_change")


def settled(table: str = TABLE) -> None:
    """Let no contender pay for what the one before left to be tidied."""
    ask(f"vacuum (analyze) {table}")


def finished_rows() -> list[bytes]:
    """The table as COPY text, ready to be sent back."""
    with _cursor() as cursor, cursor.copy(f"copy (table {TABLE} order by id) to stdout") as copy:
        return list(_blocks(copy))


def make_twin(name: str, *, indexes: bool) -> None:
    """A table like the product's own; without its indexes it has the key alone."""
    ask(f"drop table if exists {name}")
    how = "including all" if indexes else "including defaults"
    ask(f"create table {name} (like {TABLE} {how})")
    if not indexes:
        ask(f"alter table {name} add primary key (key)")


def copy_straight(name: str, text: Sequence[bytes]) -> None:
    with _atomic(), _cursor() as cursor:
        _copy(cursor, name, text)


def upsert(name: str, text: Sequence[bytes]) -> None:
    """L: stage, then one upsert of what differs."""
    with _atomic(), _cursor() as cursor:
        _stage(cursor, name, text)
        cursor.execute(f"insert into {name} select * from stage {_on_conflict(name)}")
        cursor.execute("drop table stage")


def insert_what_differs(name: str, text: Sequence[bytes]) -> None:
    """L': stage, compare, and insert only what is new or differs."""
    with _atomic(), _cursor() as cursor:
        _stage(cursor, name, text)
        cursor.execute(
            f"insert into {name} select stage.* from stage left join {name} known using (key)"
            " where known.key is null or known.* is distinct from stage.*"
            f" on conflict (key) do update set {_assignments(name)}"
        )
        cursor.execute("drop table stage")


def bulk_create(pages: Iterable[bytes]) -> None:
    """Django's own upsert, of the same columns."""
    from opsboard.records.models import TABLES

    model = TABLES["time_entry"]
    ours = {"key", "created_xid", "id"}
    names = [one.name for one in model._meta.concrete_fields if one.name not in ours]
    with _atomic():
        for number, page in enumerate(pages, 1):
            model.objects.bulk_create(
                [_row_of(model, number, record) for record in rows.decoded(page).records],
                batch_size=1_000,
                update_conflicts=True,
                unique_fields=["key"],
                update_fields=names,
            )


def _row_of(model, page: int, record):
    said = {name: getattr(record, name) for name in record.__struct_fields__}
    return model(
        key=f"psa:{record.source_id}",
        system="psa",
        system_role="psa",
        stream=1,
        canonical_id=page,
        mapping_no=1,
        page=page,
        loaded_at=AT,
        **said,
    )


def _stage(cursor, name: str, text: Sequence[bytes]) -> None:
    cursor.execute(f"create temp table stage (like {name}) on commit drop")
    _copy(cursor, "stage", text)
    # As the product does it: the planner needs the number of rows, not the spread of each column.
    cursor.execute("analyze stage (key)")


def _copy(cursor, name: str, text: Sequence[bytes]) -> None:
    with cursor.copy(f"copy {name} from stdin") as copy:
        for block in text:
            copy.write(block)


def _on_conflict(name: str) -> str:
    columns = _columns(name)
    ours = ", ".join(f"{name}.{one}" for one in columns)
    theirs = ", ".join(f"excluded.{one}" for one in columns)
    return (
        f"on conflict (key) do update set {_assignments(name)}"
        f" where ({ours}) is distinct from ({theirs})"
    )


def _assignments(name: str) -> str:
    return ", ".join(f"{one} = excluded.{one}" for one in _columns(name))


def _columns(name: str) -> list[str]:
    found = ask(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
        " and attname not in ('key', 'id')",
        [name],
    )
    return [one for [one] in found]


def _blocks(copy, size: int = 256 * 1024) -> Iterator[bytes]:
    block = bytearray()
    for data in copy:
        block += data
        if len(block) >= size:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _cursor():
    from django.db import connection

    return connection.cursor()


def _atomic():
    from django.db import transaction

    return transaction.atomic()
