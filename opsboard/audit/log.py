"""The one call that every room may make outside its own tables."""

from typing import Any

from opsboard.audit.models import AuditEvent


def record(
    action: str,
    subject: str,
    *,
    by: Any = None,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    correlation_id: str = "",
) -> None:
    """Write one line of the audit log. Call it inside the transaction of what it describes."""
    AuditEvent.objects.create(
        actor=by,
        action=action,
        subject=subject[:200],
        before=before,
        after=after,
        reason=reason,
        correlation_id=correlation_id,
    )
