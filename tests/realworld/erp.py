"""The connector on the live ERP, and two other ways to look at it: SQL and Tryton's own API."""

from contextlib import contextmanager
from typing import Any

import psycopg

from connectors.base import Page
from connectors.kinds import Record
from connectors.tryton.client import Tryton
from tests.realworld.tryton import rpc

FROM_DESCRIPTION = {"project_actual": {"source_key": {"template": "psa:{derived.entry}"}}}


class Erp:
    """`sql` asks Tryton's tables, `clerk` acts as an administrator would in the client."""

    def __init__(self, world):
        self.world = world
        self.clerk = rpc.Tryton(world.url, world.database, "admin", world.admin_password)

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "base_url": self.world.url,
            "database": self.world.database,
            "login": self.world.user,
            "password": self.world.password,
            "entry_pattern": "TE-[0-9]+",
            "mapping": FROM_DESCRIPTION,
            **more,
        }

    def connector(self, **more: Any) -> Tryton:
        settings = self.settings(**more)
        assert Tryton.check_settings(settings) == []
        return Tryton(settings)

    def weak(self) -> Tryton:
        return self.connector(login=self.world.weak_user, password=self.world.weak_password)

    def pull(self, stream: str, cursor: str = "", **more: Any) -> "Pulled":
        connector = self.connector(**more)
        return Pulled(connector, stream, list(connector.pull(stream, cursor)))

    def sql(self, query: str, *values: Any) -> list[tuple]:
        with self.link() as link:
            return link.execute(query, values).fetchall()

    def do(self, statement: str, *values: Any) -> None:
        with self.link() as link:
            link.execute(statement, values)

    @contextmanager
    def link(self):
        target = psycopg.conninfo.make_conninfo(self.world.postgres_uri, dbname=self.world.database)
        with psycopg.connect(target) as link:
            yield link


class Pulled:
    """What a pull brought, opened."""

    def __init__(self, connector: Tryton, stream: str, pages: list[Page]):
        self.pages = pages
        self.opened = [connector.open(stream, page) for page in pages]

    @property
    def records(self) -> dict[str, Record]:
        return {one.source_id: one for opened in self.opened for one in opened.records}

    @property
    def refused(self) -> list[str]:
        return [one.reason for opened in self.opened for one in opened.refused]

    @property
    def drift(self) -> frozenset[str]:
        return frozenset().union(*(opened.drift for opened in self.opened))

    @property
    def census(self) -> set[str] | None:
        lists = [opened.census for opened in self.opened if opened.census is not None]
        return set(lists[-1]) if lists else None

    @property
    def cursor(self) -> str:
        return self.pages[-1].cursor
