"""Several questions in one statement, each answered as one value."""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from opsboard.exact import Exact

# The text of an expression that gives one jsonb, and its values.
Asked = tuple[str, list[Any]]


def ask_together(asked: dict[str, Asked]) -> dict[str, Any]:
    """The answer to each question by its name; amounts are exact."""
    if not asked:
        return {}
    text = ", ".join(f"({sql})" for sql, _ in asked.values())
    values = [one for _, given in asked.values() for one in given]
    with connection.cursor() as cursor:
        cursor.execute(f"select jsonb_build_array({text})::text", values)
        [answers] = cursor.fetchone()
    return dict(zip(asked, json.loads(answers, cls=Exact), strict=True))


def rows_of(found: QuerySet) -> Asked:
    """The rows of a question, in its order."""
    try:
        sql, given = found.query.sql_with_params()
    except EmptyResultSet:
        return "'[]'::jsonb", []
    return f"select coalesce(jsonb_agg(to_jsonb(one)), '[]') from ({sql}) one", list(given)


def count_of(found: QuerySet, most: int) -> Asked:
    """How many, none counted beyond `most` + 1. An order leads to the index that holds it."""
    try:
        sql, given = found.values("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return "'0'::jsonb", []
    return f"select to_jsonb(count(*)) from ({sql}) one", list(given)
