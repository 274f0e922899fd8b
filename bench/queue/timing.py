"""How long the database worked for a page, how many statements it took, and how long the page."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# What every page of the product asks, whatever it shows: who reads, and the dateline.
SHELL = ("from django_session", "from people_person where people_person.id =", "open_group")


@dataclass
class Asked:
    statements: int = 0
    seconds: float = 0.0
    texts: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent = time.perf_counter() - start
            if not any(name in sql.replace('"', "").lower() for name in SHELL):
                self.statements += 1
                self.seconds += spent
                self.texts.append((spent, sql))


@dataclass
class Seen:
    """Milliseconds of SQL and of the whole page, one per round; statements of the last round."""

    sql: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    statements: int = 0
    # Causes that the page shows.
    rows: int = 0
    slowest: str = ""


def look(
    client: Any, address: str, seen: Seen, mark: bytes = b'id="queue"', **headers: str
) -> None:
    asked = Asked()
    start = time.perf_counter()
    with connection.execute_wrapper(asked):
        response = client.get(address, headers=headers)
        body = b"".join(response) if response.streaming else response.content
    seen.page.append((time.perf_counter() - start) * 1000)
    seen.sql.append(asked.seconds * 1000)
    seen.statements = asked.statements
    seen.rows = body.count(b'<tbody class="cause"')
    if asked.texts:
        seen.slowest = max(asked.texts)[1]
    if response.status_code != 200 or mark not in body:
        raise RuntimeError(f"{address} answered {response.status_code}")
