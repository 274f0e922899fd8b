-- R10 Everybody HR employs is known where they work, and nobody else is
--
-- Who joined less who left is who HR employs; each of them has an active identity, and stands in
-- the delivery system if their job is billable. Leavers are gone from both.
--
-- slug: headcount
-- unit: count
-- left: people of HR, by the day they joined and the day after they left
-- right: active people of the identity provider and, in billable jobs, of the PSA
-- explained_by: WL01, WL02, WL04
-- feeds: hcm.worker, psa.worker, identity.worker, identity.user_account
-- specification: domain C.12 R10. A job is billable when HR has a billable role of its grade, as
--   in WL01
with person as (
    select
        worker.key,
        worker.canonical_id,
        worker.name,
        worker.entity,
        worker.hired_on,
        worker.status,
        case when worker.status in ('terminated', 'contract_ended')
            then coalesce(
                worker.last_day_worked_on, worker.terminated_on, worker.contract_ends_on
            ) + 1
        end as left_on,
        exists (
            select from role
            where role.system = worker.system
              and role.grade = worker.grade
              and role.default_billable
        ) as is_billable
    from worker
    where worker.system_role = 'hcm'
      and worker.status <> 'rescinded'
      and worker.hired_on <= %(today)s::date
),
elsewhere as (
    select
        copy.canonical_id,
        coalesce(bool_or(copy.is_here) filter (where copy.system_role = 'psa'), false) as in_psa,
        coalesce(bool_or(copy.is_here) filter (where copy.system_role = 'identity'), false)
            as in_identity,
        coalesce(bool_or(reference.confirmed_by <> ''), false) as confirmed
    from (
        select
            worker.*,
            worker.status in ('active', 'on_leave', 'notice', 'pre_hire') as is_here
        from worker
        where worker.system_role in ('psa', 'identity')
    ) copy
    left join records_crossreference reference
      on reference.kind = 'worker'
     and reference.system = copy.system
     and reference.native_id = copy.source_id
    group by copy.canonical_id
),
account as (
    select user_account.worker_id, array_agg(user_account.key) as keys
    from user_account
    where user_account.status = 'active'
    group by user_account.worker_id
)
select
    person.key || case when step.is_leaving then ':left' else '' end as key,
    array[person.key] || case when step.is_leaving then coalesce(account.keys, '{}') else '{}' end
        as subjects,
    person.name as what,
    person.entity,
    step.day,
    'n' as currency,
    case when step.is_leaving then 0 else 1 end as came_in,
    case when step.is_leaving then 1 else 0 end as went_out,
    case when step.is_leaving then -1 else 1 end as open,
    case
        when step.is_leaving and (state.is_here or account.keys is not null) then 0
        when step.is_leaving then -1
        when person.left_on is not null or state.is_known then 1
        else 0
    end as agreed,
    case
        when step.is_leaving and state.is_here then 'left, and still active elsewhere'
        when step.is_leaving and account.keys is not null then 'left, with an active account'
        when step.is_leaving then 'left'
        when person.left_on is not null or state.is_known then 'employed, and known where they work'
        else 'employed, and unknown elsewhere'
    end as bucket,
    coalesce(elsewhere.confirmed, false) as confirmed,
    false as waits
from person
left join elsewhere on elsewhere.canonical_id = person.canonical_id
left join account on account.worker_id = person.canonical_id
cross join lateral (
    select
        coalesce(elsewhere.in_psa or elsewhere.in_identity, false) as is_here,
        coalesce(elsewhere.in_identity, false)
            and (coalesce(elsewhere.in_psa, false) or not person.is_billable) as is_known
) state
cross join lateral (
    select person.hired_on as day, false as is_leaving
    union all
    select person.left_on, true
    where person.left_on <= %(today)s::date
) step
union all
select
    worker.key,
    array[worker.key],
    worker.name || ' of the ' || upper(worker.system_role),
    worker.entity,
    coalesce(worker.hired_on, (worker.source_updated_at at time zone 'UTC')::date),
    'n',
    0,
    0,
    0,
    1,
    'unknown to HR',
    false,
    false
from worker
where worker.system_role in ('psa', 'identity')
  and worker.status in ('active', 'on_leave', 'notice')
  and not exists (
      select from worker employed
      where employed.canonical_id = worker.canonical_id
        and employed.system_role = 'hcm'
  )
