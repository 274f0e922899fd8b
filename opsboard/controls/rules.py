"""Rules and questions that more than one control shares: one view per file of `shared/`."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

from django.db import connection

FOLDER = Path(__file__).parent / "shared"
INSTALLED = "control_state"


def shared_views() -> dict[str, str]:
    """The text of each view by name, those that others rest on first."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}
    words = {name: set(re.findall(r"\w+", _without_comments(text))) for name, text in texts.items()}
    order = TopologicalSorter({name: words[name] & texts.keys() - {name} for name in texts})
    return {name: texts[name] for name in order.static_order()}


def install(**_) -> None:
    """Make the shared views equal to their files; called after every migration."""
    from opsboard.records import vocabulary

    texts = shared_views()
    _forget_if_torn(list(texts))
    drops = [f"drop view if exists {name} cascade" for name in texts]
    vocabulary.install(INSTALLED, [*drops, *texts.values()])


def _forget_if_torn(names: list[str]) -> None:
    """Another room that makes a view anew takes with it those that rest on it: then the note that
    all are installed is wrong."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select bool_and(to_regclass(name) is not null) from unnest(%s::text[]) name", [names]
        )
        if not cursor.fetchone()[0]:
            cursor.execute(f"drop view if exists {INSTALLED} cascade")


def _without_comments(text: str) -> str:
    return re.sub(r"--.*", "", text)
