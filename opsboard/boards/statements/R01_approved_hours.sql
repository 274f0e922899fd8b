-- R01 Approved hours are posted, left out, or known to be missing
--
-- Every hour that delivery approved stands in the ERP's project ledger, is rightly left out of it
-- (leave, work that needs no ledger), or is open under an exception that says why. Hours that the
-- ledger holds without an approval, or twice, count the other way.
--
-- slug: approved_hours
-- unit: hours
-- left: approved time of the PSA, by day of work
-- right: net hours of the project ledger that name the entry
-- explained_by: TP01, TP02, TP03, TP04
-- feeds: psa.time_entry, erp.project_actual
-- specification: domain C.12 R1
select
    entry.key,
    array[entry.key] as subjects,
    entry.hours || ' h of ' || coalesce(person.name, entry.worker) || ' on '
        || coalesce(work.code, entry.project) as what,
    entry.entity,
    entry.work_date as day,
    'h' as currency,
    entry.hours as came_in,
    case when scope.left_out <> '' then entry.hours else coalesce(posted.hours, 0) end as went_out,
    case when scope.left_out <> '' then 0 else entry.hours - coalesce(posted.hours, 0) end as open,
    0 as agreed,
    case
        when scope.left_out <> '' then scope.left_out
        when coalesce(posted.hours, 0) = 0 then 'not posted'
        when posted.hours = entry.hours then 'posted'
        else 'posted with other hours'
    end as bucket,
    false as confirmed,
    false as waits
from time_entry entry
left join entity person on person.id = entry.worker_id
left join entity work on work.id = entry.project_id
left join project on project.key = entry.system || ':' || entry.project
left join (
    select actual.source_key, sum(actual.hours) as hours
    from posted_actual actual
    group by actual.source_key
) posted on posted.source_key = entry.key
cross join lateral (
    select case
        when entry.type = 'leave' then 'left out: leave'
        when project.erp_required is false then 'left out: needs no ledger'
        else '' end as left_out
) scope
where entry.system_role = 'psa'
  and entry.status in ('approved', 'posted', 'billed', 'written_off')
  and entry.hours <> 0
union all
select
    posted.source_key,
    posted.lines || posted.source_key,
    posted.hours || ' h of ' || posted.source_key,
    posted.entity,
    posted.day,
    'h',
    0,
    posted.hours,
    - posted.hours,
    0,
    'posted without approval',
    false,
    false
from (
    select
        actual.source_key,
        sum(actual.hours) as hours,
        array_agg(actual.key) as lines,
        max(actual.entity) as entity,
        max(actual.work_date) as day
    from posted_actual actual
    where not exists (
        select from time_entry entry
        where entry.key = actual.source_key
          and entry.system_role = 'psa'
          and entry.status in ('approved', 'posted', 'billed', 'written_off')
          and entry.hours <> 0
    )
    group by actual.source_key
    having sum(actual.hours) <> 0
) posted
