-- A claim that two runs on data read after it, or one working day, did not confirm falls back
-- (domain.md F.1): the item returns to its owner with "not confirmed" on record.
create temp table fallen_claim on commit drop as
select null::bigint as id, null::text as group_key limit 0;

with judged as (
    update exceptions_exceptionitem item
    set claim_runs = item.claim_runs + 1
    from outcome
    where item.control = %(control)s
      and item.state = 'fix_claimed'
      and outcome.subject = item.subject
      and outcome.verdict = 'finding'
      and %(bound)s::timestamptz >= item.claimed_at
    returning item.id, item.group_key, item.claim_runs, item.claimed_at
),
fallen as (
    select id, group_key from judged
    where claim_runs >= 2
       or after_working_minutes('default', claimed_at, 540) <= %(as_of)s
)
insert into fallen_claim (id, group_key) select id, group_key from fallen;

with returned as (
    update exceptions_exceptionitem item
    set state = 'in_progress',
        claimed_at = null,
        claim_runs = 0
    where item.id in (select id from fallen_claim)
    returning item.id, item.group_key
),
told as (
    insert into exceptions_history (item_id, at, verb, before, after, note, items, run)
    select id, %(as_of)s, 'not_confirmed', 'Fix claimed', 'In progress', '', 1, %(run)s
    from returned
)
insert into exceptions_touched (key)
select distinct group_key from returned
on conflict do nothing
