"""Rules and questions that more than one control shares: one view per file of `shared/`."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

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
    drops = [f"drop view if exists {name} cascade" for name in texts]
    vocabulary.install(INSTALLED, [*drops, *texts.values()])


def _without_comments(text: str) -> str:
    return re.sub(r"--.*", "", text)
