"""Time entries as a source would send them: gzip JSON pages, the same for the same seed."""

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from connectors.base import Opened
from connectors.decoding import decode_json
from connectors.kinds import KINDS
from connectors.mapping import Mapping

PAGE = 2_000
START = date(2026, 1, 5)
MORNING = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)
NOTES = (
    "",
    "",
    "",
    "Workshop with the client",
    "Design of interfaces",
    "Review; rework Zoë's part",
)
ENCODER = msgspec.json.Encoder(decimal_format="number")
ENTRY = KINDS["time_entry"]
MAPPING = Mapping("time_entry", "source_id", {name: name for name in ENTRY.__struct_fields__})
DECODER = msgspec.json.Decoder(list[ENTRY])


def pages_of(count: int) -> Iterator[tuple[bytes, bytes]]:
    """`count` entries in pages of 2 000: each page as first sent, and with 1 % of it changed."""
    for first in range(0, count, PAGE):
        page = [_row(number) for number in range(first, min(first + PAGE, count))]
        later = [_newer(row) if place % 100 == 0 else row for place, row in enumerate(page)]
        yield _packed(page), _packed(later)


def decoded(page: bytes) -> Opened:
    """A page of canonical JSON, validated against the declaration while it is read."""
    return Opened(DECODER.decode(gzip.decompress(page)))


def mapped(page: bytes) -> Opened:
    """The same page read as a vendor's own rows are: through a declared mapping, field by field."""
    return Opened([MAPPING.read(row) for row in decode_json(gzip.decompress(page))])


def _packed(page: list[dict]) -> bytes:
    return gzip.compress(ENCODER.encode(page), 3)


def _newer(row: dict) -> dict:
    later = row["source_updated_at"] + timedelta(days=9)
    return row | {"source_version": 2, "source_updated_at": later, "hours": row["hours"] + 1}


def _row(number: int) -> dict:
    dice = random.Random(number)
    day = number // 20_000
    submitted = MORNING + timedelta(days=day, microseconds=dice.randrange(10**9))
    hours = Decimal(dice.randrange(1, 49)) / 4
    rate = Decimal(dice.randrange(80, 321)) / 2 * 5
    return {
        "source_id": f"TE-{number:08d}",
        "source_version": 1,
        "source_updated_at": submitted,
        "source_updated_by": f"U{dice.randrange(2_000):05d}",
        "causation_id": "",
        "is_deleted": False,
        "correlation_id": f"{dice.getrandbits(64):016x}",
        "legal_entity": f"E{dice.randrange(4)}",
        "worker": f"W{dice.randrange(2_000):05d}",
        "project": f"P{dice.randrange(800):05d}",
        "task": f"T{dice.randrange(4_000):06d}",
        "assignment": f"A{dice.randrange(6_000):06d}",
        "type": dice.choice(("regular", "regular", "overtime", "travel")),
        "utilization_category": dice.choice(("client", "internal")),
        "work_date": START + timedelta(days=day),
        "hours": hours,
        "billable": dice.random() < 0.8,
        "note": dice.choice(NOTES),
        "submitted_at": submitted,
        "approved_at": submitted + timedelta(hours=dice.randrange(1, 60)),
        "approver": f"W{dice.randrange(200):05d}",
        "rejected_at": submitted + timedelta(hours=1) if dice.random() < 0.02 else None,
        "split_no": dice.randrange(3),
        "late": dice.random() < 0.05,
        "period": f"2026-{day % 12 + 1:02d}",
        "cost_rate": rate / 2,
        "cost_currency": "USD",
        "bill_rate": rate,
        "bill_currency": dice.choice(("USD", "EUR", "GBP")),
        "bill_amount": (rate * hours).quantize(Decimal("0.01")),
        "status": dice.choice(("submitted", "approved", "approved", "posted")),
    }
