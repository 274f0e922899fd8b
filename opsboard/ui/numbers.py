"""Whole numbers out of addresses and forms, where anybody may write anything."""


def whole(text: str) -> int | None:
    """The number, if the text is one that a row's id can be; "²" and "٣" are digits, and none."""
    is_one = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_one else None
