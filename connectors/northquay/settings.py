"""Which firm a connection shows, which of its systems, and what can be wrong with saying so."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.northquay.holdings import HOLDINGS
from connectors.sandbox.faults import FAULTS
from connectors.sandbox.shape import SNAPSHOTS

# Keys that belong to the connection or its schedule, not to this connector.
COMMON = frozenset(("connector", "system", "role", "title", "streams", "owner", "enabled"))
OPTIONS = ("size", "seed", "faults", "traps", "snapshot", "folder", "page_size")
SIZES = ("tiny", "default", "large")
FEWEST, MOST = 24, 100_000
USUAL_PAGE, LARGEST_PAGE = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a firm is made from; two connections with the same one show the same firm."""

    size: str | int = "default"
    seed: int = 1
    faults: str | tuple[str, ...] = "all"
    traps: bool = True
    snapshot: str = "close"
    folder: Path | None = None


def recipe_of(settings: Mapping[str, Any]) -> Recipe:
    """The firm that these settings, free of mistakes, describe."""
    given = {name: settings[name] for name in OPTIONS[:-1] if name in settings}
    if isinstance(given.get("faults"), list | tuple):
        given["faults"] = tuple(sorted(set(given["faults"])))
    if "folder" in given:
        given["folder"] = Path(given["folder"]).absolute()
    return Recipe(**given)


def system_of(settings: Mapping[str, Any]) -> str:
    """The firm's system that the connection publishes: its own `system`, else its `role`."""
    named = (str(settings.get(name, "")) for name in ("system", "role"))
    return next((one for one in named if one in HOLDINGS), "")


def mistakes(settings: Mapping[str, Any]) -> list[str]:
    """Every mistake, as 'key: what is wrong and what to write'."""
    faults = [
        f"{name}: is not a setting of sandbox; it knows {', '.join(OPTIONS)}"
        for name in settings
        if name not in COMMON and name not in OPTIONS
    ]
    if not system_of(settings):
        faults.append(f"system: write one of the firm's systems: {', '.join(HOLDINGS)}")
    checks = {
        "size": (_is_size, f"write {', '.join(SIZES)} or a number of workers from {FEWEST}"),
        "seed": (_is_whole, "write a whole number"),
        "faults": (_are_faults, 'write "all", "none" or a list of names from docs/sandbox.md'),
        "traps": (lambda given: isinstance(given, bool), "write true or false"),
        "snapshot": (lambda given: given in list(SNAPSHOTS), f"write {', '.join(SNAPSHOTS)}"),
        "folder": (lambda given: isinstance(given, str) and bool(given), "write a folder's path"),
        "page_size": (
            lambda given: _is_whole(given) and 1 <= given <= LARGEST_PAGE,
            f"write a whole number from 1 to {LARGEST_PAGE}",
        ),
    }
    return faults + [
        f"{name}: {remedy}"
        for name, (is_fine, remedy) in checks.items()
        if name in settings and not is_fine(settings[name])
    ]


def _is_whole(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _is_size(given: Any) -> bool:
    return (
        given in SIZES if isinstance(given, str) else _is_whole(given) and (FEWEST <= given <= MOST)
    )


def _are_faults(given: Any) -> bool:
    if isinstance(given, str):
        return given in ("all", "none")
    return isinstance(given, list | tuple) and all(
        isinstance(one, str) and one in FAULTS for one in given
    )
