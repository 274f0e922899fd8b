-- The messages that carried what hangs on a group and did not arrive, each with what would become of it
-- if it were sent again (domain.md F.7): the dry run. Nothing is sent that has arrived, by the same
-- message or a newer version of what it says; a locked period is for the approver to weigh.
with about as (
    select item.id, item.subject
    from exceptions_exceptionitem item
    where item.group_id = %(group)s
      and item.is_unsettled
),
lost as (
    select message.*, about.id as item
    from about
    join integration_message message on message.key = about.subject
    where message.outcome in ('rejected', 'quarantined', 'dead_lettered')
    union all
    select message.*, about.id
    from about
    join integration_message message on message.subject_key = about.subject
    where message.outcome in ('rejected', 'quarantined', 'dead_lettered')
)
select
    lost.key,
    lost.system,
    lost.source_id as message,
    lost.subject_kind,
    lost.subject_key,
    lost.flow,
    lost.target,
    replace(coalesce(nullif(lost.error_code, ''), lost.outcome), '_', ' ') as error,
    array_agg(distinct lost.item order by lost.item) as items,
    case
        when bool_or(seen.has_arrived) then 'arrived'
        when bool_or(seen.is_overtaken) then 'superseded'
        when lost.error_class <> 'retryable' and not %(is_mapped)s then 'refused'
        else 'sends'
    end as verdict,
    bool_or(coalesce(period.is_locked, false)) as is_locked
from lost
cross join lateral (
    select
        exists (
            select from integration_message later
            where lost.subject_key <> ''
              and later.subject_key = lost.subject_key
              and later.outcome = 'applied'
              and later.flow = lost.flow
              and later.target = lost.target
              and later.idempotency_key = lost.idempotency_key
        ) or exists (
            select from posted_actual line
            where lost.subject_kind = 'time_entry'
              and line.source_key = lost.subject_key
        ) as has_arrived,
        exists (
            select from integration_message later
            where lost.subject_key <> ''
              and later.subject_key = lost.subject_key
              and later.outcome = 'applied'
              and later.flow = lost.flow
              and later.target = lost.target
              and later.subject_version > lost.subject_version
        ) as is_overtaken
) seen
left join exceptions_exceptionitem item on item.id = lost.item
left join ledger_period period
  on period.entity = item.legal_entity
 and period.module = 'gl'
 and item.service_date between period.starts_on and period.ends_on
group by lost.key, lost.system, lost.source_id, lost.subject_kind, lost.subject_key, lost.flow,
    lost.target, lost.error_code, lost.outcome, lost.error_class
order by lost.key
