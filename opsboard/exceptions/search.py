"""Words typed by a reader, and the causes and records that are called so."""

import re
from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

# More words say nothing more; more records than this say that the words are too few.
MOST_WORDS = 8
MOST_FOUND = 1000
NOT_A_WORD = re.compile(r"[\W_]+")
# What items are called so, or are about somebody or something that is; `limit` keeps it cheap.
FOUND = """
    select array(
        select distinct group_id from (
            select item.group_id
            from exceptions_exceptionitem item
            where item.group_id is not null
              and item.words @@ (
                select string_agg(
                    '(' || quote_literal(word) || ':*' || coalesce(named, '') || ')', ' & ')
                from unnest(%s::text[]) word
                cross join lateral (
                    select string_agg('|' || quote_literal('#' || known.id), '') as named
                    from (
                        select id from exceptions_name
                        where words @@ (quote_literal(word) || ':*')::tsquery
                        limit 200
                    ) known
                ) about
              )::tsquery
            limit %s
        ) found
    )
"""


def words_in(text: str) -> list[str]:
    """Lower case, each once, in the order typed: "TE-0002" is te and 0002."""
    found = [word for word in NOT_A_WORD.split(text.lower()) if word]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def found_sql(text: str) -> tuple[str, list[Any]]:
    """The statement that gives the groups of the items found, one more than may be."""
    return FOUND, [words_in(text), MOST_FOUND + 1]


def called(text: str, found: list[int] | None = None) -> Q | None:
    """Groups in whose words, or among whose items, each typed word begins one; None for no word.

    `found` are the groups of such items, if somebody has looked already.
    """
    words = words_in(text)
    if not words:
        return None
    wanted = " & ".join(f"'{word}':*" for word in words)
    own = Func(
        F("words"),
        Value(wanted),
        template="%(expressions)s::tsquery",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    sql, given = found_sql(text)
    groups = Value(found) if found is not None else RawSQL(sql, given)
    theirs = Func(
        F("pk"),
        groups,
        template="%(expressions)s::bigint[])",
        arg_joiner=" = any(",
        output_field=BooleanField(),
    )
    return Q(own) | Q(theirs)
