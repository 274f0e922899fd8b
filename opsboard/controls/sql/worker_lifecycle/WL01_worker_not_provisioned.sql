-- WL01 Worker not ready to book or bill
--
-- At nine on the first day, everybody in a billable job must be active in the PSA, with role,
-- calendar, legal entity and cost centre, and have an account to work with. Otherwise nobody can book
-- them, their time cannot be entered, and the first days are lost.
--
-- slug: worker_not_provisioned
-- workflow: worker_lifecycle
-- class: retryable
-- owner: hr_operations
-- population: worker where system_role = 'hcm'
-- against: worker where system_role = 'psa'
-- feeds: hcm.worker, psa.worker, any.user_account
-- watches: worker
--   worker.canonical_id -> canonical_id
--   user_account.worker_id -> canonical_id
--   role -> any
--   rate_card -> any
--   rate_line -> any
--   legal_entity -> any
-- sides: hcm, psa
-- severity: floor medium
-- period: CO-N
-- parameters: starts_at_hour = 9, lost_days = 10, hours_a_day = 8, target_percent = 70
-- specification: domain WL01. A job is billable when HR has a billable role of its grade. What is
--   lost is reckoned as the first two working weeks at the target of the firm and the standard price
--   of the grade: a control does not ask what day it is, and no system says a person's own target
-- remediation:
--   1. Look for the hire in the middleware, and send it again if it was lost or refused.
--   2. Complete what is missing in the PSA, or have the account opened.
--   3. Do not key the person into the PSA by hand: HR must stay the source.
select
    worker.key as subject,
    worker.status not in ('active', 'pre_hire')
        or worker.hired_on is null
        or not job.billable as out_of_scope,
    case when job.billable and gap.what <> ''
        then (worker.hired_on::timestamp + make_interval(hours => %(starts_at_hour)s))
            at time zone coalesce(nullif(home.timezone, ''), 'UTC')
    end as look_at,
    %(lost_days)s * %(hours_a_day)s * price.rate * %(target_percent)s / 100 as exposure_only,
    home.functional_currency as currency,
    true as is_estimated,
    worker.entity,
    worker.canonical_id as worker_id,
    worker.hired_on as service_date,
    worker.name || ' started on ' || to_char(worker.hired_on, 'FMDD FMMonth') || ' and '
        || gap.what as title,
    case when copy.known and copy.is_active then 'worker_incomplete'
        else 'worker_missing' end as root_cause,
    'worker:' || worker.canonical_id as root_entity,
    worker.name || ' cannot be booked yet' as cause_title,
    worker.name as person,
    worker.hired_on,
    worker.status as hcm_status,
    worker.job_profile as hcm_job,
    coalesce(copy.status, 'none') as psa_status,
    coalesce(copy.job_profile, 'none') as psa_job,
    account.applications
from worker
left join legal_entity home on home.key = worker.system || ':' || worker.legal_entity
cross join lateral (
    select exists (
        select from role
        where role.system = worker.system
          and role.grade = worker.grade
          and role.default_billable
    ) as billable
) job
cross join lateral (
    select
        count(*) > 0 as known,
        coalesce(bool_or(
            found.status in ('active', 'on_leave', 'notice')
            or found.status = worker.status
        ), false) as is_active,
        max(found.status) as status,
        max(found.job_profile) as job_profile,
        coalesce(bool_or(found.job_profile <> '' or found.grade <> ''), false) as has_role,
        coalesce(bool_or(found.calendar <> ''), false) as has_calendar,
        coalesce(bool_or(found.entity is not null), false) as has_entity,
        coalesce(bool_or(found.cost_center <> ''), false) as has_cost_center
    from worker found
    where found.canonical_id = worker.canonical_id
      and found.system_role = 'psa'
) copy
cross join lateral (
    select count(*) > 0 as opened, string_agg(opened.application, ', ' order by opened.application)
        as applications
    from user_account opened
    where opened.worker_id = worker.canonical_id
      and opened.status = 'active'
) account
cross join lateral (
    select case
        when not copy.known then 'is unknown to the PSA'
        when not copy.is_active then 'is not active in the PSA'
        else concat_ws(', ',
            case when not copy.has_role then 'has no role in the PSA' end,
            case when not copy.has_calendar then 'has no calendar in the PSA' end,
            case when not copy.has_entity then 'has no legal entity in the PSA' end,
            case when not copy.has_cost_center then 'has no cost centre in the PSA' end,
            case when not account.opened then 'has no account' end)
    end as what
) gap
left join lateral (
    select line.bill_rate / case line.unit when 'day' then %(hours_a_day)s else 1 end as rate
    from rate_card card
    join rate_line line on line.system = card.system and line.rate_card = card.source_id
    where card.system_role = 'erp'
      and card.scope = 'standard'
      and card.entity = worker.entity
      and card.currency = home.functional_currency
      and line.grade = worker.grade
      and line.bill_rate > 0
      and worker.hired_on between line.valid_from and coalesce(line.valid_to, 'infinity')
    order by line.valid_from desc, line.key
    limit 1
) price on gap.what <> ''
where worker.system_role = 'hcm'
