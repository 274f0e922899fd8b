"""Makes the database: `python seed.py STATE URI DATABASE TODAY`, passwords as JSON on stdin.

The empty Tryton with its modules takes half a minute to make, so it is kept as a dump beside the
environment (named by pins and modules), made anew when either changes. The firm itself is seeded
each time, in one transaction, and then dated back by SQL: Tryton stamps rows with the clock, and
a world whose every row was created this minute has no past.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
from cast import ENGAGEMENTS
from psycopg import sql

HERE = Path(__file__).parent
MODULES = ("account_invoice", "timesheet_cost", "project", "project_revenue", "project_invoice")
# What making and closing the books locks; without it the work is begun six times.
LOCKED = (
    "account_configuration",
    "account_fiscalyear",
    "account_period",
    "account_journal_period",
    "account_move",
)
# Rows that were keyed in once, long before the weeks that the world shows.
MASTER = (
    "company_company",
    "party_party",
    "party_address",
    "party_identifier",
    "company_employee",
    "company_employee_cost_price",
    "project_work",
    "timesheet_work",
    "currency_currency",
    "currency_currency_rate",
    "account_period",
    "account_fiscalyear",
    "account_account",
    "account_journal",
    "project_work_status",
    "country_country",
    "account_tax",
    "account_invoice_payment_term",
)


def make_database(state: Path, uri: str, database: str, today: date, passwords: dict) -> None:
    with psycopg.connect(uri, autocommit=True) as server:
        name = sql.Identifier(database)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        server.execute(sql.SQL("create database {} template template0").format(name))
        binaries = server.execute("select setting from pg_config where name = 'BINDIR'").fetchone()
    target = psycopg.conninfo.make_conninfo(uri, dbname=database)
    dump = state / f"empty-{_fingerprint()}.dump"
    if dump.exists():
        _run(Path(binaries[0]) / "pg_restore", "--no-owner", "-j2", "-d", target, dump)
    else:
        _activate(uri, database, passwords["admin"])
        _keep(Path(binaries[0]) / "pg_dump", target, dump)
    _seed(uri, database, today, passwords)


def _fingerprint() -> str:
    pins = (HERE / "constraints.txt").read_bytes()
    return hashlib.sha256(pins + " ".join(MODULES).encode()).hexdigest()[:12]


def _activate(uri: str, database: str, password: str) -> None:
    admin = Path(sys.executable).with_name("trytond-admin")
    with tempfile.NamedTemporaryFile("w") as secret:
        secret.write(password)
        secret.flush()
        wanted = [
            "-d",
            database,
            "-u",
            *MODULES,
            "--activate-dependencies",
            "--email",
            "admin@example.com",
        ]
        environ = {"TRYTOND_DATABASE_URI": uri, "TRYTONPASSFILE": secret.name}
        _run(admin, *wanted, environ=environ)


def _keep(pg_dump: Path, target: str, dump: Path) -> None:
    """Where the server's own pg_dump is at hand; without it every start is a cold one."""
    if not pg_dump.exists():
        return
    part = dump.with_suffix(f".part-{os.getpid()}")
    _run(pg_dump, "-Fc", "-Z1", "-f", part, target)
    part.rename(dump)


def _run(program: Path, *arguments: object, environ: dict[str, str] | None = None) -> None:
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(
        command, env=os.environ | (environ or {}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{program.name} failed:\n{done.stderr[-3000:]}")


def _seed(uri: str, database: str, today: date, passwords: dict) -> None:
    import trytond.config as config

    config.set("database", "uri", uri)
    from trytond.pool import Pool
    from trytond.transaction import Transaction, TransactionError
    from trytond.worker import run_task

    Pool.start()
    pool = Pool(database)
    pool.init()
    with Transaction().start(database, 0, readonly=True):
        (admin,) = pool.get("res.user").search([("login", "=", "admin")])
    made, wanted = None, {"_lock_tables": list(LOCKED)}
    while made is None:
        # Tryton asks for a table lock by failing: start over with what else it asked for.
        with Transaction().start(
            database, admin.id, context={"_skip_warnings": True}, **wanted
        ) as transaction:
            try:
                made = _fill(today, passwords)
                transaction.commit()
            except TransactionError as asked:
                transaction.rollback()
                asked.fix(wanted)
        # What Tryton puts off until after the commit, such as calling an invoice paid.
        while made and transaction.tasks:
            run_task(pool, transaction.tasks.pop())
    with Transaction().start(database, 0):
        _date_back(today, *made)


def _fill(today: date, passwords: dict) -> tuple[dict, dict]:
    import books
    import invoices
    import people
    import posting
    import rights
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    (admin,) = Pool().get("res.user").search([("login", "=", "admin")])
    Pool().get("res.user").write([admin], {"password": passwords["admin"]})
    ledger = books.open_books(today)
    company = ledger.company
    with Transaction().set_context(company=company.id, companies=[company.id]):
        parties = people.make_customers(ledger)
        employees = people.make_employees(ledger, today)
        works = people.make_projects(ledger, parties)
        posted = posting.post_time(company, employees, works, today)
        rates = {one.code: Decimal(one.rate) for one in ENGAGEMENTS}
        made = invoices.make_invoices(ledger, parties, rates, today)
        books.close_periods(today)
        rights.make_users(company, passwords)
    return posted, made


def _date_back(today: date, posted: dict[int, datetime], made: dict[int, int]) -> None:
    from trytond.transaction import Transaction

    cursor = Transaction().connection.cursor()
    long_ago = datetime.combine(today - timedelta(days=90), time(8), tzinfo=UTC)
    for table in MASTER:
        cursor.execute(
            f"update {table} set create_date = %s, write_date = null, write_uid = null",
            [_naive(long_ago)],
        )
    cursor.executemany(
        "update timesheet_line set create_date = %s, write_date = null where id = %s",
        [(_naive(at), line) for line, at in posted.items()],
    )
    # What is made today keeps its instant: of midnight, a business day is over by the evening.
    for invoice, days in ((number, days) for number, days in made.items() if days):
        created = datetime.combine(today - timedelta(days=days), time(0), tzinfo=UTC)
        cursor.execute(
            "update account_invoice set create_date = %(at)s,"
            " write_date = case when state = 'draft' then null else %(at)s end where id = %(id)s",
            {"at": _naive(created), "id": invoice},
        )
        for part in ("account_invoice_line", "account_invoice_tax"):
            cursor.execute(
                f"update {part} set create_date = %s, write_date = null where invoice = %s",
                [_naive(created), invoice],
            )
    cursor.execute("update account_move set create_date = date, write_date = null")
    cursor.execute(
        "update account_move_line line set create_date = move.date, write_date = null"
        " from account_move move where move.id = line.move"
    )


def _naive(at: datetime) -> datetime:
    """Tryton keeps UTC without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)


if __name__ == "__main__":
    make_database(
        Path(sys.argv[1]),
        sys.argv[2],
        sys.argv[3],
        date.fromisoformat(sys.argv[4]),
        json.load(sys.stdin),
    )
