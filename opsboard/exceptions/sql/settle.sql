-- Makes the unsettled items of one control equal to its findings, inside the run's transaction.
-- Cleared is what was judged and is no finding any more; a subject that could not be evaluated keeps
-- its item. An item that fires again within thirty days of being resolved is the same item, reopened.
with cleared as (
    update exceptions_exceptionitem item
    set state = 'resolved',
        resolved_at = %(as_of)s,
        resolved_by_run = %(run)s
    where item.control = %(control)s
      and item.state <> 'resolved'
      and ({judged})
      and not exists (
          select from outcome
          where outcome.subject = item.subject
            and outcome.verdict in ('finding', 'not_evaluated')
      )
    returning item.id, item.group_id, item.group_key, item.claimed_at
),
refreshed as (
    update exceptions_exceptionitem item
    set {assignments}
    from ranked found
    where item.control = %(control)s
      and item.subject = found.subject
      and item.state <> 'resolved'
      and ({present}) is distinct from ({wanted})
    returning item.id, item.group_id, item.group_key
),
reopened as (
    update exceptions_exceptionitem item
    set {assignments},
        state = 'reopened',
        resolved_at = null,
        resolved_by_run = null,
        claimed_at = null,
        claim_runs = 0,
        detected_at = %(as_of)s,
        group_id = null,
        times_reopened = item.times_reopened + 1
    from ranked found
    where item.id = (
        select former.id from exceptions_exceptionitem former
        where former.control = %(control)s
          and former.subject = found.subject
          and former.state = 'resolved'
          and former.resolved_at > %(as_of)s - interval '30 days'
        order by former.resolved_at desc
        limit 1
    )
    and not exists (
        select from exceptions_exceptionitem live
        where live.control = %(control)s
          and live.subject = found.subject
          and live.state <> 'resolved'
    )
    returning item.id, item.subject, item.group_key
),
opened as (
    insert into exceptions_exceptionitem
        (control, subject, workflow, state, detected_at, found_by_run, claim_runs,
         times_reopened, severity, {columns})
    select
        %(control)s, found.subject, %(workflow)s, 'new', %(as_of)s, %(run)s, 0, 0,
        found.base_severity, {wanted}
    from ranked found
    where not exists (
        select from exceptions_exceptionitem live
        where live.control = %(control)s
          and live.subject = found.subject
          and live.state <> 'resolved'
    )
    and not exists (select from reopened where reopened.subject = found.subject)
    returning id, group_key
),
told as (
    insert into exceptions_history (item_id, group_id, at, verb, before, after, note, items, run)
    select id, null::bigint, %(as_of)s, 'found', '', '', '', 1, %(run)s from opened
    union all
    select id, null, %(as_of)s, 'reopened', '', '', '', 1, %(run)s from reopened
    union all
    select id, group_id, %(as_of)s, 'resolved', '',
           case when claimed_at is null then '' else 'claim confirmed' end, '', 1, %(run)s
    from cleared
)
insert into exceptions_touched (key)
select group_key from cleared
union
select group_key from refreshed
union
-- Where the cause moved, the group it left counts too.
select former.key from refreshed join exceptions_group former on former.id = refreshed.group_id
union
select group_key from reopened
union
select group_key from opened
on conflict do nothing
