"""How much memory a load takes above what the process held before it.

Run as a process of its own: python3 -m bench.load.memory FOLDER, where FOLDER holds pages.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import rows
from bench.load.contenders import empty, load_pages
from bench.load.place import prepare


def memory_above_start(pages: Sequence[bytes]) -> float:
    """MiB at the peak of loading these pages, less what was held before the first of them."""
    with TemporaryDirectory(prefix="opsboard-bench-pages-") as folder:
        for number, page in enumerate(pages):
            Path(folder, f"{number:06d}").write_bytes(page)
        command = [sys.executable, "-m", "bench.load.memory", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        return float(done.stdout)


def _read(folder: Path) -> Iterator[bytes]:
    for file in sorted(folder.iterdir()):
        yield file.read_bytes()


def _held(name: str) -> int:
    """VmRSS or VmHWM (the highest so far) of this process, in KiB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{name}:\s*(\d+) kB", status)[1])


def _main(folder: Path) -> None:
    prepare()
    empty()
    load_pages((page for page, _ in rows.pages_of(10)), rows.decoded)
    empty()
    Path("/proc/self/clear_refs").write_text("5")
    start = _held("VmRSS")
    load_pages(_read(folder), rows.decoded)
    print((_held("VmHWM") - start) / 1024)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
