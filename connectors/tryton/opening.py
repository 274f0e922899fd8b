"""A stored page read again: rows into records, or the reason why not."""

from collections.abc import Mapping
from typing import Any

from connectors.base import NeedsHuman, Opened, Page, Refused
from connectors.decoding import decode_json
from connectors.kinds import Record
from connectors.mapping import Mapping as Declaration
from connectors.tryton.declaring import Declared
from connectors.tryton.rows import lay_flat, stamp_of, version_of


def open_rows(stream: Declared, mapping: Declaration, entry_pattern: str, page: Page) -> Opened:
    whole = _table(page)
    try:
        rows, meta = whole["reply"]["result"], {**whole["meta"], "entry_pattern": entry_pattern}
        if not isinstance(rows, list):
            raise TypeError
    except (KeyError, TypeError):
        raise _not_ours(page) from None
    records: list[Record] = []
    refused: list[Refused] = []
    flat: list[Mapping[str, Any]] = []
    for row in rows:
        made = _read(row, stream, mapping, meta, flat)
        (refused if isinstance(made, Refused) else records).append(made)
    return Opened(records, refused, mapping.drift(flat))


def open_census(page: Page) -> Opened:
    ids = _table(page).get("ids")
    if not isinstance(ids, list):
        raise _not_ours(page)
    return Opened([], census=[str(one) for one in ids])


def _read(
    row: Any,
    stream: Declared,
    mapping: Declaration,
    meta: Mapping[str, Any],
    flat: list[Mapping[str, Any]],
) -> Record | Refused:
    """Whatever a row may hold, it is a record or refused; `flat` gathers what could be read."""
    if not isinstance(row, Mapping):
        return mapping.refuse({"row": row}, "the row is no table")
    try:
        plain = lay_flat(row, stream.asked)
        moment = stamp_of(plain, stream.stamps)
        stamp = {"version": version_of(moment), "updated_at": moment}
        plain["derived"] = stamp | stream.derive(plain, meta)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        return mapping.refuse(row, f"the row has not the shape of {stream.model}: {error}")
    flat.append(plain)
    return mapping.read(plain)


def _table(page: Page) -> dict[str, Any]:
    try:
        whole = decode_json(page.body)
    except ValueError:
        raise _not_ours(page) from None
    if not isinstance(whole, dict):
        raise _not_ours(page)
    return whole


def _not_ours(page: Page) -> NeedsHuman:
    return NeedsHuman(
        f"The stored page of {page.origin} cannot be opened", "Pull the stream again with --full."
    )
