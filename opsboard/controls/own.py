"""A firm's own controls: files of the shipped form, in a folder that its configuration names.

They are somebody else's text. So each is read before anything runs, one that cannot be used is told
by file and line and stops no other, and the sound ones run as a role that may read the views alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from connectors.kinds import KINDS
from opsboard.config import Misconfigured, config
from opsboard.controls.catalogue import Definition, Malformed, read, shipped
from opsboard.controls.rules import shared_views
from opsboard.workflows import WORKFLOWS

# What may stand behind `from` and `join` beside functions of rows and the file's own CTEs.
READABLE = {*KINDS, "entity", "feed"}
# They change the session, leave the database, or wait.
FORBIDDEN = re.compile(
    r"\b(pg_\w+|lo_\w+|dblink\w*|set_config|current_setting|query_to_xml\w*|table_to_xml\w*"
    r"|database_to_xml\w*|schema_to_xml\w*|cursor_to_xml\w*|nextval|setval|currval)\s*\("
)
WRITING = re.compile(
    r"\b(insert|update|delete|merge|truncate|alter|drop|create|grant|revoke|copy|call|do|set"
    r"|vacuum|lock|listen|notify|prepare|execute|into)\b"
)
MOVING = re.compile(r"\b(now|clock_timestamp|statement_timestamp|random)\s*\(|\bcurrent_\w+\b")


@dataclass(frozen=True)
class Own:
    """The controls that can be used, by code, and what is wrong with the others."""

    sound: dict[str, Definition] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()


def own_controls() -> Own:
    try:
        folder = config().control_folder
    except Misconfigured:
        folder = None
    return read_own(folder) if folder else Own()


@cache
def read_own(folder: Path) -> Own:
    """Read once a process, as the configuration is."""
    sound: dict[str, Definition] = {}
    mistakes: list[str] = []
    for path in sorted(folder.rglob("*.sql")):
        try:
            found = replace(read(path), is_own=True)
        except (Malformed, KeyError, TypeError, ValueError, OSError) as error:
            mistakes.append(_placed(path, str(error)))
            continue
        wrong = [_placed(path, one) for one in _mistakes_of(found, {**shipped(), **sound})]
        mistakes += wrong
        if not wrong:
            sound[found.code] = found
    return Own(sound, tuple(mistakes))


def _placed(path: Path, mistake: str) -> str:
    """Each with its file; our own words may begin with it already."""
    return mistake if mistake.startswith(f"{path.name}:") else f"{path.name}: {mistake}"


def _mistakes_of(found: Definition, taken: dict[str, Definition]) -> Iterator[str]:
    if other := taken.get(found.code):
        yield f"1: the code {found.code} is taken by {other.path.name}; choose another"
    if any(found.slug == one.slug for one in taken.values()):
        yield f"slug: {found.slug} is taken; choose another"
    if found.workflow not in WORKFLOWS:
        yield f"workflow: write one of {', '.join(WORKFLOWS)}, not '{found.workflow}'"
    yield from _statement_mistakes(found)


def _statement_mistakes(found: Definition) -> Iterator[str]:
    """What the text alone tells; what only the database knows, it is asked for later."""
    text = _without_words(found.path.read_text(encoding="utf-8"))
    if found.sql and not re.match(r"\s*(select|with)\b", text, re.IGNORECASE):
        first = _line_of(text, len(text) - len(text.lstrip()))
        yield f"{first}: begin with SELECT; a control is one statement that reads"
    for pattern, told in (
        (re.compile(r";(?=\s*\S)"), "one statement only; take out the ';'"),
        (WRITING, "a control only reads; take out '{}'"),
        (FORBIDDEN, "'{}' may not be called in a control"),
        (MOVING, "'{}' moves with the clock; put the instant into look_at"),
    ):
        if match := pattern.search(text.lower()):
            yield f"{_line_of(text, match.start())}: {told.format(match[0].rstrip('( '))}"
    views = {*READABLE, *shared_views(), *_own_names(text)}
    for match in re.finditer(r"\b(?:from|join)\s+(?!lateral\b)([\w.]+)(?!\s*\()", text.lower()):
        if match[1] not in views and not _is_no_source(text.lower(), match.start()):
            yield f"{_line_of(text, match.start(1))}: '{match[1]}' is no view for controls"


def _own_names(text: str) -> set[str]:
    """CTEs of the statement."""
    return set(re.findall(r"\b(\w+)\s+as\s+(?:not\s+)?(?:materialized\s*)?\(", text.lower()))


def _is_no_source(text: str, at: int) -> bool:
    """`is distinct from x` and `extract(… from x)` name no source."""
    before = text[max(0, at - 40) : at]
    return bool(re.search(r"distinct\s+$|\b(extract|substring|trim|overlay)\s*\([^()]*$", before))


def _without_words(text: str) -> str:
    """Comments and quoted texts blanked out, so that every place keeps its line."""
    return re.sub(r"--[^\n]*|'(?:[^']|'')*'", lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
