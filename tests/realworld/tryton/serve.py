"""Serves the database over HTTP: `python serve.py FOLDER URI DATABASE`, in Tryton's environment.

Prints {"url": ..., "pid": ...} once the server answers, then waits. The server dies with this
process and this process with its parent, also when they are killed, by Linux's parent-death
signal; elsewhere by the end of standard input.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PR_SET_PDEATHSIG = 1
CONFIG = """\
[database]
uri = {uri}
[web]
listen = 127.0.0.1:{port}
[request]
records_limit = 1000
[session]
timeout = 3600
"""


def main(folder: Path, uri: str, database: str) -> None:
    _die_with_parent()
    if os.getppid() == 1:
        raise SystemExit("The process that wanted this server is gone.")
    for _ in range(3):
        port = _free_port()
        server = _start(folder, uri, database, port)
        if _answers(server, port):
            break
        server.kill()
    else:
        raise SystemExit(f"Tryton did not start:\n{(folder / 'trytond.log').read_text()[-3000:]}")
    print(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": server.pid}), flush=True)  # noqa: T201
    sys.stdin.read()
    server.terminate()
    server.wait(timeout=10)


def _start(folder: Path, uri: str, database: str, port: int) -> subprocess.Popen:
    config = folder / f"trytond-{database}.conf"
    config.write_text(CONFIG.format(uri=uri, port=port))
    program = Path(sys.executable).with_name("trytond")
    with (folder / "trytond.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, str(program), "-c", str(config), "-d", database],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,
        )


def _answers(server: subprocess.Popen, port: int) -> bool:
    body = json.dumps({"id": 1, "method": "common.server.version", "params": []}).encode()
    call = urllib.request.Request(
        f"http://127.0.0.1:{port}/rpc/", body, {"Content-Type": "application/json"}
    )
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and server.poll() is None:
        try:
            with urllib.request.urlopen(call, timeout=5) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
