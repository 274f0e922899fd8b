"""One rule for grace, freshness and late feeds (engine: a control's contract).

finding        look_at <= what every feed covers, and it has not ended
pending        look_at is still to come
not evaluated  a feed is short of look_at, or a row that belongs to the subject was refused; or it
               would be matched, but by a suggestion that nobody confirmed (domain.md 0.11)
matched        look_at is null, or `until` has passed
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from psycopg import pq
from psycopg.errors import error_from_result

from opsboard.controls import reader, totals
from opsboard.controls.catalogue import MEASURES, Definition

# What a control may say about a subject beside its evidence, with the type it is kept in.
STANDARD = {
    "subject": "text",
    "look_at": "timestamptz",
    "until": "timestamptz",
    **dict.fromkeys(MEASURES, "numeric"),
    "currency": "text",
    # The part of a misstatement that is cost, and the currency of every cost amount.
    "misstatement_cost": "numeric",
    "cost_currency": "text",
    "is_estimated": "boolean",
    "entity": "text",
    "project_id": "bigint",
    "worker_id": "bigint",
    "party_id": "bigint",
    "service_date": "date",
    # When the flow should have begun to bring it there, and which record that is about.
    "event_at": "timestamptz",
    "record": "text",
    "record_kind": "text",
    "title": "text",
    "root_cause": "text",
    "root_entity": "text",
    "cause_title": "text",
    "claims": "jsonb",
    # exact, derived or suggested (0.11), and how many rows of the other side it accounts for.
    "match_strength": "text",
    "against_rows": "bigint",
    # Where all the money sits when it is neither the subject nor spread by `claims`.
    "atom": "text",
    # Within the control's own bounds, as "low" to "critical".
    "severity_floor": "text",
    "severity_cap": "text",
}
# What is not kept is asked first: of most subjects it is all that is ever asked. The verdict comes
# last, from what was kept: named in a dozen places, a deadline would be reckoned in each.
KEPT = """
    case
        when {out_of_scope} then null
        when {look_at} is null and {match_strength} is distinct from 'suggested' then null
        when {look_at} is not null and {until} <= %(as_of)s then null
        else row({columns})::pg_temp.outcome
    end
"""
VERDICT = """
    case
        when whole.look_at is null then 'not_evaluated'
        when whole.look_at > %(as_of)s then 'pending'
        when unread.subject is not null then 'not_evaluated'
        when whole.look_at > %(bound)s or %(bound)s::timestamptz is null then 'not_evaluated'
        else 'finding'
    end
"""

# A place is a number that the server can hash and not sort: it would rather sort all who match
# than believe that they are one group. `offset` has a look at each subject once; as a plain number
# it would keep the workers out.
JUDGE = """
    create temp table judged on commit drop as
    select
        place::text as place,
        count(*) as rows,
        sum(hash) as checksum,
        sum(against_rows) as against_rows,
        array_agg(whole) filter (where place::text not in ('1', '2')) as wholes
    from (
        select
            hash, against_rows, whole,
            case
                when is_out then '1'::xid
                when (whole).subject is null then '2'::xid
                else ((hash & 1073741823) + 1073741824)::text::xid
            end as place
        from ({asked} offset bigint '0') asked
        offset bigint '0'
    ) answered
    group by answered.place
"""
COUNT = f"""
    with kept as (
        insert into outcome
        select {VERDICT}, {", ".join(f"whole.{name}" for name in STANDARD)}, whole.evidence, false
        from judged
        cross join lateral unnest(wholes) whole
        left join unread on unread.subject = whole.subject
        returning verdict, subject, against_rows
    )
    select
        case place when '1' then 'out_of_scope' else 'matched' end, rows, checksum, against_rows
    from judged
    where place in ('1', '2')
    union all
    select verdict, count(*), sum(hashtextextended(subject, 0)), sum(against_rows)
    from kept
    group by verdict
"""


class IdentityBroken(Exception):
    """The control did not return exactly its population, so its totals prove nothing (0.12)."""


def ask_all(cursor, run: Any, order: Any) -> None:
    """Judge the whole population and prove that it was the whole."""
    definition = order.definition
    statement, values = question(definition, order.values)
    counts = _ask(cursor, run, order, f"({statement})", values)
    left = totals.of_side(cursor, definition.population, definition.total)
    run.population, expected = left["count"], left["checksum"]
    run.totals["population"] = left
    if definition.against:
        run.totals["against"] = totals.of_side(cursor, definition.against, definition.against_total)
        run.against = run.totals["against"]["count"]
    run.identity_holds = (counts["rows"], counts["checksum"]) == (run.population, expected)
    if not run.identity_holds:
        raise IdentityBroken(
            f"{definition.code} returned {counts['rows']} rows for {run.population} of"
            f" '{definition.population}': every subject exactly once is needed"
        )


def ask_some(cursor, run: Any, order: Any) -> None:
    """Judge the subjects of `asked`, each once, inside a fenced lateral (performance.md 3)."""
    statement, values = question(order.definition, order.values)
    _ask(cursor, run, order, fenced(statement, "asked"), values)


def fenced(statement: str, asked: str) -> str:
    """The control's SELECT once per subject of `asked`; `offset 0` keeps it from being a join."""
    return (
        f"(select found.* from {asked} cross join lateral"
        f" (select * from ({statement}) control where control.subject = asked.subject offset 0)"
        " found)"
    )


def question(definition: Definition, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The control's SELECT with its parameters; a literal percent is doubled for the driver."""
    names = "|".join(map(re.escape, parameters)) or "(?!)"
    return re.sub(rf"%(?!\((?:{names})\)s)", "%%", definition.sql), parameters


def columns_of(cursor, definition: Definition, parameters: dict[str, Any]) -> list[str]:
    statement, values = question(definition, parameters)
    asked = cursor.cursor.mogrify(f"select * from ({statement}) control", values).encode()
    # Parsed and described, not planned: of twenty joins the plan alone takes a tenth of a second.
    server = cursor.connection.pgconn
    with cursor.db.wrap_database_errors:
        parsed = server.prepare(b"", asked)
        if parsed.status != pq.ExecStatus.COMMAND_OK:
            raise error_from_result(parsed)
        found = server.describe_prepared(b"")
    return [found.fname(number).decode() for number in range(found.nfields)]


def _ask(cursor, run: Any, order: Any, source: str, values: dict[str, Any]) -> dict[str, Any]:
    """Fill `outcome`, and count every verdict on the way.

    One pass, which the server may share out among its workers: they write nothing and read no
    temporary table. All who match make one group, and each who is kept one of his own; words and
    evidence are made for those alone.
    """
    given = columns_of(cursor, order.definition, order.values)
    if order.definition.is_own:
        source = reader.keep(cursor, source, values)
    cursor.execute(
        "create temp table outcome on commit drop as select ''::text as verdict, "
        + ", ".join(f"null::{sort} as {name}" for name, sort in STANDARD.items())
        + ", null::jsonb as evidence, false as unrecorded limit 0"
    )
    scope = "said.out_of_scope" if "out_of_scope" in given else "false"
    asked = f"""
        select
            {scope} as is_out,
            hashtextextended(said.subject, 0) as hash,
            {_value("against_rows", given)} as against_rows,
            {_kept(given, scope)} as whole
        from {source} said
    """
    cursor.execute(JUDGE.format(asked=asked), {**values, "as_of": order.as_of})
    cursor.execute(COUNT, {"as_of": order.as_of, "bound": run.bound})
    return _count(run, cursor.fetchall())


def _kept(given: list[str], scope: str) -> str:
    """What is kept of a subject, null where that is nothing."""
    said = {name: _value(name, given) for name in ("look_at", "until", "match_strength")}
    return KEPT.format(out_of_scope=scope, columns=", ".join(_columns(given)), **said)


def _columns(given: list[str]) -> Iterator[str]:
    """The columns of `outcome` in order, without a verdict as yet; the rest is evidence."""
    yield "''"
    yield from (_value(name, given) for name in STANDARD)
    rest = [name for name in given if name not in STANDARD and name != "out_of_scope"]
    evidence = ", ".join(f"'{name}', said.{name}" for name in rest)
    yield f"jsonb_build_object({evidence})"
    yield "false"


def _value(name: str, given: list[str]) -> str:
    return f"said.{name}" if name in given else f"null::{STANDARD[name]}"


def _count(run: Any, found: list[tuple[str, int, Any, Any]]) -> dict[str, Any]:
    counts = {verdict: count for verdict, count, *_ in found}
    run.totals["against_rows"] = {
        verdict: int(rows) for verdict, _, _, rows in found if rows is not None
    }
    run.matched = counts.get("matched", 0)
    run.findings = counts.get("finding", 0)
    run.pending = counts.get("pending", 0)
    run.not_evaluated = counts.get("not_evaluated", 0)
    run.out_of_scope = counts.get("out_of_scope", 0)
    run.judged = sum(counts.values())
    return {"rows": run.judged, "checksum": sum(checksum for _, _, checksum, _ in found)}


def mark_unrecorded(cursor, definition: Definition) -> None:
    """Mark findings of a locked period: nobody may be told to post into it any more (0.8, CO-L)."""
    if "CO-L" not in definition.period:
        return
    cursor.execute(
        """
        update outcome set unrecorded = true
        from ledger_period period
        where outcome.verdict = 'finding'
          and period.entity = outcome.entity
          and period.module = any(%s)
          and period.is_locked
          and outcome.service_date between period.starts_on and period.ends_on
        """,
        [[definition.module, "gl"]],
    )


def remember_waiting(cursor, run: Any) -> None:
    """Keep the subjects that time, a feed or a replayed row alone can change, and the findings
    that are judged again when what their cause rests on changes."""
    judged = "" if run.mode == "full" else " and subject in (select subject from asked)"
    cursor.execute(
        f"delete from controls_waitingsubject where control_id = %s{judged}", [run.control_id]
    )
    cursor.execute(
        """
        insert into controls_waitingsubject (control_id, subject, look_at)
        select %s, outcome.subject,
               case when unread.subject is not null then '-infinity'
                    when verdict = 'finding' then coalesce(until, 'infinity')
                    else coalesce(look_at, 'infinity') end
        from outcome
        left join unread using (subject)
        """,
        [run.control_id],
    )


def hash_of_findings(cursor) -> str:
    """The same findings give the same hash, whoever ran it and when."""
    cursor.execute(
        "select md5(coalesce(string_agg(md5(outcome::text), '' order by subject), ''))"
        " from outcome where verdict = 'finding'"
    )
    return cursor.fetchone()[0]


def digest_of(parameters: dict[str, Any]) -> str:
    text = json.dumps(parameters, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
