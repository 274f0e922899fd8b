"""The whole of opsboard on one machine: servers, web, workers, clock, a mail server and a firm."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from opsboard.clock import FOLDER
from opsboard.launch.embedded import Servers, embedded
from opsboard.launch.errors import CannotStart
from opsboard.launch.firm import MadeUp, made_up_firm
from opsboard.launch.process import Process, stop
from opsboard.launch.state import State, is_held, listen, write_private
from opsboard.launch.supervisor import Supervisor, say
from opsboard.launch.terminal import Progress, welcome

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = ROOT / "manage.py"
FIRST_SMTP_PORT = 8025
# Minutes of the firm in one of ours, unless somebody asks for another pace.
PACE = 60
WORKER = "opsboard.launch.worker.Worker"
WEB = "--worker-class gthread --workers 2 --threads 4 --graceful-timeout 5 --no-control-socket"


def run(state: Path, port: int, pace: float = PACE) -> None:
    """Start everything, say where it is, and keep it running until a signal comes."""
    with listen(port) as front, equipped(state, front.getsockname()[1]) as (servers, environment):
        summary = fill(servers, environment)
        processes = _processes(servers, environment, front.fileno(), pace)
        try:
            for process in processes:
                process.start()
            _wait_for_answer(environment["OPSBOARD_ADDRESS"], processes[0])
            welcome(servers, environment, summary, pace)
            Supervisor([*servers.processes, *processes]).watch()
        finally:
            say("\nStopping …")
            stop(processes)


def forget(state: Path) -> None:
    """Let the next start be the first: without records, mails, logs and the firm's past."""
    if os.environ.get("DATABASE_URL"):
        raise CannotStart("DATABASE_URL names a server of yours: empty its database yourself")
    if is_held(state):
        raise CannotStart(f"opsboard runs on {state}: stop it first")
    State(state).remove()
    if firm := made_up_firm():
        firm.begin_anew()


def once(state: Path) -> dict:
    """Start the servers, pull and reconcile, and return what was found."""
    started = time.monotonic()
    with equipped(state, 8000) as (servers, environment):
        summary = fill(servers, environment)
    return summary | {"seconds": round(time.monotonic() - started, 1)}


@contextmanager
def equipped(state: Path, port: int) -> Iterator[tuple[Servers, dict[str, str]]]:
    """The servers, a mail server, and the environment in which all parts find each other."""
    with embedded(state, durable=True) as servers, listen(FIRST_SMTP_PORT) as post:
        environment = servers.environment | {
            "DJANGO_SETTINGS_MODULE": "opsboard.settings",
            "OPSBOARD_DEMO": "1",
            "OPSBOARD_CONFIG": os.environ.get("OPSBOARD_CONFIG", str(ROOT / "deploy/demo.toml")),
            "OPSBOARD_SECRET_KEY": servers.state.secret(),
            "OPSBOARD_ADDRESS": f"http://127.0.0.1:{port}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        environment.setdefault("OPSBOARD_SMTP_URL", f"smtp://127.0.0.1:{post.getsockname()[1]}")
        firm = made_up_firm()
        if firm:
            environment[FOLDER] = str(firm.folder)
        _write_environment(servers, environment)
        # Pages are served from the sources; WhiteNoise still wants to see its folder.
        (servers.state.home / "static").mkdir(exist_ok=True)
        helpers = _surroundings(servers, environment, post.fileno(), firm)
        try:
            helpers[0].start()
            if firm:
                firm.open(helpers[1])
            servers.processes += helpers
            yield servers, environment
        finally:
            stop(helpers)


def _surroundings(
    servers: Servers, environment: dict[str, str], post: int, firm: MadeUp | None
) -> list[Process]:
    """What stands outside opsboard: a mail server, and the firm whose systems it reads."""
    logs = servers.state.logs
    mail = Process(
        "mail",
        [*_module("mail_sink"), post, servers.state.home / "mail"],
        logs / "mail.log",
        environment=environment,
        hands_on=[post],
    )
    if not firm:
        return [mail]
    command = [sys.executable, "-m", "connectors.northquay", *firm.words(), "serve"]
    return [mail, Process("firm", command, logs / "firm.log", environment=environment)]


def fill(servers: Servers, environment: dict[str, str]) -> dict:
    """Make the tables, pull and reconcile, in a process whose Django knows these servers."""
    found = servers.state.home / "summary.json"
    found.unlink(missing_ok=True)
    filling = Process(
        "filling",
        [*_module("filling"), found],
        servers.state.logs / "filling.log",
        environment=environment,
    )
    progress = Progress(filling.log)
    filling.start()
    try:
        while not filling.ended():
            progress.tell()
            time.sleep(0.02)
    finally:
        stop([filling])
    if filling.child.returncode:
        raise CannotStart(f"loading failed, see {filling.log}:\n{filling.last_words()}")
    return json.loads(found.read_text())


def _processes(
    servers: Servers, environment: dict[str, str], front: int, pace: float
) -> list[Process]:
    manage = [sys.executable, MANAGE]
    # Whichever is first also puts jobs whose time has come, such as retries, into the queue.
    worker = [*manage, "rqworker", "default", "--with-scheduler", "--worker-class", WORKER]
    web = [sys.executable, "-m", "gunicorn", "opsboard.wsgi:application", "--bind", f"fd://{front}"]
    commands = {
        "web": [*web, *WEB.split()],
        "worker-1": worker,
        "worker-2": worker,
        "cron": [*manage, "rqcron", "opsboard.launch.schedule"],
    }
    if FOLDER in environment and pace:
        commands["hours"] = [*_module("hours"), pace]
    return [
        Process(
            name,
            command,
            servers.state.logs / f"{name}.log",
            environment=environment,
            hands_on=[front] if name == "web" else [],
        )
        for name, command in commands.items()
    ]


def _wait_for_answer(address: str, web: Process) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not web.ended():
        with suppress(OSError):
            try:
                urlopen(address, timeout=5).close()
            except HTTPError as answer:
                answer.close()
            return
        time.sleep(0.1)
    raise CannotStart(f"the web server does not answer, see {web.log}:\n{web.last_words()}")


def _write_environment(servers: Servers, environment: dict[str, str]) -> None:
    """For a second terminal: `set -a; . .state/environment` points manage.py at this demo."""
    ours = ("OPSBOARD_", "DATABASE_", "REDIS_")
    shared = sorted(
        name
        for name in environment
        if name.startswith(ours) or environment[name] != os.environ.get(name)
    )
    lines = [f"{name}='{environment[name]}'\n" for name in shared]
    write_private(servers.state.home / "environment", "".join(lines))


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", f"opsboard.launch.{name}"]
