"""The one law: a room reads to its left and writes only its own tables."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from opsboard.records.models import TABLES
from tests.writing import WRITES, foreign_writes, hidden_tables

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "opsboard"
FLOOR = ("audit", "people", "ui")
RIVER = ("sync", "records", "traces", "controls", "exceptions", "alerts", "boards")
# Whatever knows the whole river; no room may know it. A room's commands are entrances: they may
# start the pipeline, and know of other rooms no more than their own does.
ABOVE = ("pipeline", "loading", "launch", "scoring", "testing", "urls", "wsgi", "management")


def files_of(room, *patterns):
    for pattern in patterns:
        for file in (SOURCE / room).rglob(pattern):
            if "migrations" not in file.parts:
                yield file


def imported_by(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def forbidden_to(room, file):
    """Rooms to the right, and whatever stands above the river; the floor knows no room at all."""
    to_the_right = RIVER if room in FLOOR else RIVER[RIVER.index(room) + 1 :]
    above = {*ABOVE} - ({"pipeline"} if "management" in file.parts else set())
    return tuple(f"opsboard.{name}." for name in (*to_the_right, *above))


@pytest.mark.parametrize("room", [*FLOOR, *RIVER])
def test_a_room_imports_only_to_its_left(room):
    for file in files_of(room, "*.py"):
        backwards = [
            name for name in imported_by(file) if f"{name}.".startswith(forbidden_to(room, file))
        ]
        assert not backwards, f"{file.relative_to(ROOT)} reads to its right: {backwards}"


@pytest.mark.parametrize("room", [*FLOOR, *RIVER])
def test_foreign_keys_point_left(room):
    allowed = {*FLOOR, *RIVER[: RIVER.index(room) + 1]} if room in RIVER else {*FLOOR, "auth"}
    for model in apps.get_app_config(room).get_models() if room != "ui" else ():
        for field in model._meta.get_fields(include_hidden=False):
            if field.concrete and field.is_relation and field.related_model:
                target = field.related_model._meta.app_label
                assert target in allowed, f"{model.__name__}.{field.name} points to {target}"


@pytest.mark.parametrize("room", [*FLOOR, *RIVER])
def test_a_room_writes_only_its_own_tables_in_sql(room):
    for file in files_of(room, "*.sql", "*.py"):
        text = re.sub(r"--[^\n]*", "", file.read_text())
        rooms = {name.lower() for name in WRITES.findall(text)} & {*FLOOR, *RIVER}
        assert rooms <= {room}, f"{file.relative_to(ROOT)} writes to {rooms - {room}}"


@pytest.mark.parametrize("room", [*FLOOR, *RIVER])
def test_a_room_writes_only_its_own_rows_through_the_orm(room):
    for file in files_of(room, "*.py"):
        parts = file.relative_to(ROOT).with_suffix("").parts
        module = import_module(".".join(parts).removesuffix(".__init__"))
        foreign = foreign_writes(file.read_text(), room, vars(module))
        assert not foreign, f"{file.relative_to(ROOT)} writes {foreign}"


def test_the_table_of_an_sql_write_can_be_read_in_its_text():
    hiding = {
        file.relative_to(SOURCE).as_posix()
        for room in (*FLOOR, *RIVER)
        for file in files_of(room, "*.sql", "*.py")
        if hidden_tables(file.read_text(), python=file.suffix == ".py")
    }
    # One table per kind, all of them this room's own.
    ours = ("census", "copy", "insert", "rekey", "update")
    assert hiding == {f"records/sql/{name}.sql" for name in ours}
    assert {table._meta.app_label for table in TABLES.values()} == {"records"}


def test_connectors_know_neither_django_nor_opsboard():
    for file in (ROOT / "connectors").rglob("*.py"):
        foreign = [n for n in imported_by(file) if n.split(".")[0] in ("django", "opsboard")]
        assert not foreign, f"{file.relative_to(ROOT)} imports {foreign}"


def test_the_sandbox_shares_no_code_with_the_connectors():
    for file in (ROOT / "connectors" / "sandbox").rglob("*.py"):
        shared = [
            name
            for name in imported_by(file)
            if name.startswith("connectors.") and not name.startswith("connectors.sandbox.")
        ]
        assert not shared, f"{file.relative_to(ROOT)} imports {shared}"


def test_one_file_imports_the_tracing_sdk_and_one_reads_the_configuration():
    tracing, reading = set(), set()
    for file in SOURCE.rglob("*.py"):
        names = list(imported_by(file))
        if any(name.startswith("opentelemetry.sdk") for name in names):
            tracing.add(file.name)
        if any(name.startswith("tomllib") for name in names):
            reading.add(file.relative_to(SOURCE).as_posix())
    assert tracing == {"telemetry.py"}
    assert "config.py" in reading
    assert reading <= {"config.py", "launch/equipment.py"}


def test_no_file_is_longer_than_three_hundred_lines():
    folders = ("opsboard", "connectors", "templates", "tests", "bench", "deploy")
    for folder in folders:
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".sql", ".html", ".css", ".js") and (
                "migrations" not in file.parts
            ):
                length = len(file.read_text().splitlines())
                assert length <= 300, f"{file.relative_to(ROOT)} has {length} lines"


def test_no_function_is_longer_than_forty_lines():
    for folder in ("opsboard", "connectors", "tests", "bench"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = node.end_lineno - node.lineno + 1
                    assert length <= 40, f"{file.relative_to(ROOT)} {node.name}: {length} lines"


def test_the_repository_speaks_of_the_product_alone():
    """No path of a machine and no registry host; only files that would be committed count."""
    foreign = re.compile(
        "|".join(("/wor" + "k/", "/far" + "m/", "extra-index" + "-url", "find" + "-links"))
    )
    for folder in ("opsboard", "connectors", "templates", "tests", "docs", "deploy", ".ci"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix not in (".pyc", ".png", ".woff2"):
                found = foreign.search(file.read_text(errors="replace"))
                assert not found, f"{file.relative_to(ROOT)} says {found[0]}"
