"""dlt in a virtual environment of its own: what it needs is none of the product's business."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from bench.load.contenders import Ready

DLT = "dlt[postgres]==1.31.0"
NEEDS = (DLT, "pyarrow", "orjson", "msgspec")
ENVIRONMENT = Path(os.environ.get("OPSBOARD_BENCH_DLT", ".state/bench-dlt"))


def install_dlt() -> Path:
    """The interpreter that has dlt; made on first use."""
    python = ENVIRONMENT.absolute() / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    has_it = subprocess.run([python, "-c", "import dlt, pyarrow, orjson, msgspec"], check=False)
    if has_it.returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
    return python


def dlt_merge(python: Path, mode: str, ready: Ready, pages: int) -> list[float]:
    """Seconds of dlt's three loads of the first `pages` pages, its own start-up left out."""
    with TemporaryDirectory(prefix="opsboard-bench-dlt-") as folder:
        for phase in ("first", "changed"):
            _write(Path(folder, phase), ready.pages(phase)[:pages])
        query = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)
        # dlt insists on a host and a password; the socket of the query wins, and trusts.
        url = f"postgresql://{query['user'][0]}:none@localhost/opsboard?host={query['host'][0]}"
        script = Path(__file__).with_name("dlt_peer.py")
        done = subprocess.run(
            [python, script, mode, folder, url],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"RUNTIME__DLTHUB_TELEMETRY": "false", "HOME": folder},
        )
        if done.returncode:
            raise RuntimeError(f"dlt failed:\n{done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])["seconds"]


def _write(folder: Path, pages: Sequence[bytes]) -> None:
    folder.mkdir()
    for number, page in enumerate(pages):
        (folder / f"{number:06d}").write_bytes(page)
