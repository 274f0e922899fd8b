"""Words typed by a reader, and the causes and records that are called so."""

import re
from pathlib import Path
from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

# More words say nothing more; more records than this say that the words are too few.
MOST_WORDS = 8
MOST_FOUND = 1000
NOT_A_WORD = re.compile(r"[\W_]+")
# A word that names more people, projects or customers than this tells none of them apart.
MOST_NAMED = 20
SQL = Path(__file__).parent.parent / "sql"
FOUND = (SQL / "called.sql").read_text()
FOUND_BY_ONE = (SQL / "called_by_one_word.sql").read_text()


def words_in(text: str) -> list[str]:
    """Lower case, each once, in the order typed: "TE-0002" is te and 0002."""
    found = [word for word in NOT_A_WORD.split(text.lower()) if word]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def telling(words: list[str]) -> list[str]:
    """The words by which to look; the others, that almost everything may hold, only have to be
    there as well: of "TE-00000030" all time entries begin with "te"."""
    with_digits = [word for word in words if len(word) > 1 and any(map(str.isdigit, word))]
    return with_digits or [word for word in words if len(word) > 2] or words


def found_sql(text: str) -> tuple[str, list[Any]]:
    """The statement that gives the groups of the items found, one more than may be."""
    words = words_in(text)
    if len(words) == 1:
        return FOUND_BY_ONE, [words[0], MOST_FOUND + 1]
    return FOUND, [telling(words), words, MOST_NAMED, MOST_FOUND + 1]


def called(text: str, found: list[int] | None = None) -> Q | None:
    """Groups in whose words, or among whose items, each typed word begins one; None for no word.

    `found` are the groups of such items, if somebody has looked already.
    """
    words = words_in(text)
    if not words:
        return None
    chosen = telling(words)
    own = Q(_holds("%(expressions)s::tsquery", chosen))
    if rest := [word for word in words if word not in chosen]:
        # Said so that no index is asked for it.
        own &= Q(_holds("(%(expressions)s::tsquery) is true", rest))
    sql, given = found_sql(text)
    groups = Value(found) if found is not None else RawSQL(sql, given)
    theirs = Func(
        F("pk"),
        groups,
        template="%(expressions)s::bigint[])",
        arg_joiner=" = any(",
        output_field=BooleanField(),
    )
    return own | Q(theirs)


def _holds(template: str, words: list[str]) -> Func:
    wanted = Value(" & ".join(f"'{word}':*" for word in words))
    return Func(
        F("words"), wanted, template=template, arg_joiner=" @@ ", output_field=BooleanField()
    )
