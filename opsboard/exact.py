"""JSON in which a number stays the decimal it was: money never passes through a binary float."""

import json
from decimal import Decimal
from typing import Any


class Exact(json.JSONDecoder):
    """For JSONField(decoder=Exact)."""

    def __init__(self, **options: Any):
        super().__init__(**{**options, "parse_float": Decimal})
