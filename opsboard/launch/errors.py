class CannotStart(Exception):
    """Something outside opsboard is in the way; the message says what to do about it."""
