"""A machine that has only Python gets its .venv, once."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CALL = """
import sys
from pathlib import Path
from opsboard.launch import equipment
equipment.ensure(Path(sys.argv[1]), ["-c", "import tiny, sys; print('in', sys.prefix)"])
print("stayed")
"""


@pytest.fixture
def home(tmp_path):
    """A project whose only need is a package that lies beside it."""
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        archive.writestr(
            "tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    home = tmp_path / "home"
    home.mkdir()
    (home / "constraints.txt").write_text("tiny==1.0\n")
    (home / "pyproject.toml").write_text(project(f"tiny @ {wheel.as_uri()}"))
    return home


def project(need: str) -> str:
    extras = '[project.optional-dependencies]\ndev = ["opsboard[embedded]"]'
    return f'[project]\ndependencies = ["{need}"]\n{extras}\n'


def ensure(home: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", CALL, str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_what_is_missing_is_installed_beside_the_project_and_used(home):
    first = ensure(home)
    assert first.stdout == f"in {home / '.venv'}\n"
    assert first.stderr.count("\n") == 1

    second = ensure(home)
    assert second.stdout == first.stdout
    assert second.stderr == ""

    (home / "constraints.txt").write_text("tiny>=1\n")
    assert "Installing" in ensure(home).stderr


def test_an_environment_that_has_everything_is_used_as_it_is(home):
    (home / "pyproject.toml").write_text(project("django>=5"))

    assert ensure(home).stdout == "stayed\n"
    assert not (home / ".venv").exists()


def test_a_failing_installation_says_why_and_is_tried_again(home):
    (home / "constraints.txt").write_text("tiny==2.0\n")
    failed = ensure(home)
    assert failed.returncode == 1
    assert "tiny" in failed.stderr

    (home / "constraints.txt").write_text("tiny==1.0\n")
    assert ensure(home).returncode == 0


def test_the_way_to_the_installation_needs_nothing_installed():
    command = [sys.executable, "-I", "-S", "-c"]
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import opsboard.launch.equipment"
    assert subprocess.run([*command, script]).returncode == 0


def test_constraints_name_versions_and_no_places():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert all("==" in line and "@" not in line and "/" not in line for line in lines)
