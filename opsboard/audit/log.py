"""The one call that every room may make outside its own tables."""

import json
from typing import Any

from django.db import connection

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


def record_each(
    action: str,
    subjects: list[str],
    *,
    by: Any = None,
    befores: list[str],
    after: Any = None,
    reason: str = "",
    correlation_id: str = "",
) -> None:
    """One line for each of many subjects, in one statement; `befores` are in the same order."""
    told = after and json.dumps(after)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_auditevent"
            " (at, actor_id, action, subject, before, after, reason, correlation_id)"
            " select clock_timestamp(), %s, %s, left(subject, 200), to_jsonb(nullif(before, '')),"
            " %s::jsonb, %s, %s from unnest(%s::text[], %s::text[]) as each (subject, before)",
            [by and by.pk, action, told, reason, correlation_id, subjects, befores],
        )
