-- WL04 Leaver with an active account
--
-- A day after somebody's last day, none of their accounts may open any more. At once, where the exit
-- was involuntary or the account was used after it. Disabling the single sign-on alone is not
-- enough, so every application's account is a subject of its own.
--
-- slug: worker_terminated_access_active
-- workflow: worker_lifecycle
-- class: business_rule
-- owner: hr_operations
-- integrity: yes
-- population: user_account
-- against: worker where system_role = 'hcm'
-- feeds: any.user_account, hcm.worker
-- watches: user_account
--   worker.canonical_id -> worker_id
--   worker -> any
--   legal_entity -> any
-- severity: floor high
-- period: CO-N
-- parameters: grace_hours = 24
-- specification: domain WL04. An exit is involuntary when HR's reason begins with that word. Whoever
--   is employed again under another number keeps the account. Shared mailboxes and legal holds have
--   no mark in the kinds; that the review after the exit was done is not seen
-- remediation:
--   1. Have the account disabled in the application itself, not only in the single sign-on.
--   2. Do not delete it: its trail is needed.
--   3. Review what was done with it since the last day, and record the review here.
select
    account.key as subject,
    account.status <> 'active'
        or leaver.last_day is null
        or back.employed as out_of_scope,
    case when account.status = 'active' and not back.employed
        then case
            when account.last_login_at > leaver.gone_at
            then least(account.last_login_at, leaver.gone_at + make_interval(hours => %(grace_hours)s))
            when leaver.involuntary then leaver.gone_at
            else leaver.gone_at + make_interval(hours => %(grace_hours)s)
        end
    end as look_at,
    case when account.privileged or account.last_login_at > leaver.gone_at
        then 'critical' end as severity_floor,
    leaver.entity,
    account.worker_id,
    leaver.last_day as service_date,
    leaver.name || ' left on ' || to_char(leaver.last_day, 'FMDD FMMonth')
        || ' and can still log in to ' || account.application
        || case when account.last_login_at > leaver.gone_at
            then ', and did so after leaving' else '' end as title,
    'access_active' as root_cause,
    'worker:' || account.worker_id as root_entity,
    leaver.name || ' left and still has access' as cause_title,
    leaver.name as person,
    account.application,
    leaver.last_day,
    leaver.status as hr_status,
    account.status as account_status,
    account.privileged,
    account.last_login_at > leaver.gone_at as used_after_exit
from user_account account
left join lateral (
    select
        worker.person_id,
        worker.name,
        worker.status,
        worker.entity,
        worker.termination_reason ilike 'involuntary%' as involuntary,
        coalesce(worker.last_day_worked_on, worker.terminated_on, worker.contract_ends_on)
            as last_day,
        (coalesce(worker.last_day_worked_on, worker.terminated_on, worker.contract_ends_on) + 1)
            ::timestamp at time zone coalesce(home.zone, 'UTC') as gone_at
    from worker
    left join entity_calendar home on home.entity = worker.entity
    where worker.canonical_id = account.worker_id
      and worker.system_role = 'hcm'
      and worker.status in ('terminated', 'contract_ended')
    order by worker.key
    limit 1
) leaver on true
cross join lateral (
    select leaver.person_id <> '' and exists (
        select from worker again
        where again.person_id = leaver.person_id
          and again.system_role = 'hcm'
          and again.status in ('pre_hire', 'active', 'on_leave', 'notice')
    ) as employed
) back
