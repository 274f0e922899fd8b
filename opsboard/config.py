"""The one reader of `opsboard.toml`: valid as a whole, or every mistake listed with its place."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from connectors.kinds.ownership import Ownership, owner_of
from opsboard.deployment.file import read_file
from opsboard.deployment.secrets import secret_values
from opsboard.deployment.shape import (
    AlertRule,
    Calendar,
    Connection,
    ControlSettings,
    Evidence,
    Firm,
    OwnerRule,
    Retention,
    Shape,
    Sla,
    Team,
    Thresholds,
)
from opsboard.deployment.sources import settings_of


class Misconfigured(Exception):
    """`opsboard.toml` cannot be used; `mistakes` are all of them, each with its place."""

    def __init__(self, mistakes: list[str]):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Config(Shape):
    """The deployment, as its file says. `digest` changes when the file does."""

    firm: Firm
    thresholds: Thresholds
    sla: Mapping[str, Sla]
    calendars: Mapping[str, Calendar]
    teams: Mapping[str, Team]
    owners: tuple[OwnerRule, ...]
    alerts: tuple[AlertRule, ...]
    ownership: tuple[Ownership, ...]
    retention: Retention
    evidence: Evidence
    controls: Mapping[str, ControlSettings]
    control_folder: Path | None
    connections: Mapping[str, Connection]
    here: Path
    digest: str

    def settings_for(self, connection: str) -> dict[str, Any]:
        """The connection's settings with secrets in them: build a connector, keep them nowhere."""
        table = self.connections[connection].settings
        try:
            return settings_of(table, self.here)
        except KeyError as error:
            place = f"connection.{connection}"
            raise Misconfigured([f"{place}: {error} is not set in the environment"]) from None

    @property
    def evidence_folder(self) -> Path:
        """Outside everything that a web server shows; beside the file unless it is absolute."""
        named = self.evidence.folder
        return self.here / named if named else settings.STATE / "evidence"

    def owner_of(self, kind: str, field: str, record: Mapping[str, Any] | None = None) -> Ownership:
        """Whose word counts for this field, of this record where owners differ by row."""
        return owner_of(self.ownership, kind, field, record)

    def secrets_of(self, connection: str) -> tuple[str, ...]:
        """What must be struck out of everything that is said about the connection."""
        return secret_values(self.connections[connection].settings)


_loaded: list[Config] = []


def config() -> Config:
    """The deployment's configuration; raises Misconfigured rather than being half of one."""
    if not _loaded:
        _loaded.append(load(settings.CONFIG))
    return _loaded[-1]


@contextmanager
def using(source: Path | str) -> Iterator[Config]:
    """Another configuration for a while: a path, or the text itself. For tests."""
    before = list(_loaded)
    _loaded.append(load(source))
    try:
        yield _loaded[-1]
    finally:
        _loaded[:] = before


def load(source: Path | str) -> Config:
    """A configuration from a path, or from a text, whose relative paths start where we are."""
    text, here = _text(source) if isinstance(source, Path) else (source, Path.cwd())
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured([f"the file is not TOML: {error}"]) from None
    mistakes: list[str] = []
    parts = read_file(tables, here, mistakes)
    if mistakes:
        raise Misconfigured(mistakes)
    return Config(**parts, here=here, digest=hashlib.sha256(text.encode()).hexdigest())


@checks.register()
def check_config(**_: Any) -> list[checks.CheckMessage]:
    """Every mistake at once, before anything starts."""
    try:
        config()
    except Misconfigured as error:
        place = f"({settings.CONFIG})"
        return [checks.Error(one, obj=place, id="opsboard.E001") for one in error.mistakes]
    return []


def _text(path: Path) -> tuple[str, Path]:
    try:
        return path.read_text(encoding="utf-8"), path.resolve().parent
    except FileNotFoundError:
        raise Misconfigured(
            [f"{path}: there is no such file; name yours in OPSBOARD_CONFIG"]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured([f"{path}: cannot be read: {error}"]) from None
