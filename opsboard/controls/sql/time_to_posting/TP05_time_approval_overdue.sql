-- TP05 Approval overdue
--
-- Time and expenses that were submitted wait for somebody to approve or reject them: three working
-- days at most, and at the close until noon of the first working day. Whatever waits for the same
-- person hangs together. The approver is the project's, or the worker's manager where the project's
-- approver would decide on their own work.
--
-- slug: time_approval_overdue
-- workflow: time_to_posting
-- class: business_rule
-- owner: pmo
-- population: approval_step where system_role = 'psa'
-- feeds: psa.time_entry, psa.expense_item
-- watches: time_entry
--   expense_item
--   project.canonical_id -> project_id
--   assignment.project_id -> project_id
--   revenue_schedule.project_id -> project_id
--   forecast_line.project_id -> project_id
--   worker -> any
--   cost_rate -> any
--   rate_line -> any
--   rate_card -> any
--   legal_entity -> any
-- sensitive: bill_value=B
-- period: CO-C
-- parameters: grace_minutes = 1620
-- specification: domain TP05; three working days of nine hours. Twenty waiting entries, or as much
--   money as makes a medium, is read from the group. An approver who is away or gone is named as
--   such, so that the work goes to a delegate first
-- remediation:
--   1. Remind the approver, or ask for a delegate where they are away.
--   2. Have an alternate approve; never the person who submitted.
--   3. Where one person is the bottleneck again and again, change who approves.
select
    step.key as subject,
    step.status <> 'submitted' as out_of_scope,
    case when step.status = 'submitted' then
        or_at_close(
            after_working_minutes(home.calendar, step.submitted_at, %(grace_minutes)s),
            step.submitted_at,
            close_deadline(home.calendar, step.service_date, 1, '12:00')
        )
    end as look_at,
    coalesce(worth.bill, step.amount) as revenue_at_risk,
    coalesce(worth.bill_currency, step.currency) as currency,
    coalesce(worth.is_bill_estimated, false) as is_estimated,
    step.entity,
    step.project_id,
    approver.id as worker_id,
    step.service_date,
    coalesce(person.name, step.worker) || '''s '
        || coalesce(step.hours || ' h', 'expense') || ' on ' || coalesce(work.code, step.project)
        || ', ' || to_char(step.service_date, 'FMDD FMMonth') || ', wait for '
        || coalesce(decider.name, 'an approver') || ' since '
        || to_char(step.submitted_at at time zone 'UTC', 'FMDD FMMonth') as title,
    case when decider.status in ('terminated', 'contract_ended', 'rescinded')
        then 'approver_inactive'
        when decider.status = 'on_leave' then 'approver_on_leave'
        else 'approver_bottleneck' end as root_cause,
    'worker:' || coalesce(approver.id::text, 'none') as root_entity,
    case when decider.name is null then 'Nobody is named to approve'
        else decider.name || case decider.status when 'on_leave' then ' is on leave'
            when 'active' then ' has approvals waiting' when 'notice' then ' has approvals waiting'
            else ' no longer works here' end end as cause_title,
    coalesce(person.name, step.worker) as person,
    coalesce(work.code, step.project) as project,
    decider.name as approver,
    step.kind as what,
    step.hours,
    step.submitted_at,
    coalesce(worth.bill, step.amount) as bill_value
from approval_step step
left join entity person on person.id = step.worker_id
left join entity work on work.id = step.project_id
left join project on project.key = step.system || ':' || step.project
left join worker on worker.key = step.system || ':' || step.worker
cross join lateral (
    select coalesce(
        step.approver_id,
        case when coalesce(project.approver_id, project.project_manager_id) <> step.worker_id
            then coalesce(project.approver_id, project.project_manager_id) end,
        worker.manager_id
    ) as id
) approver
left join lateral (
    -- HR says who is there; without it, whatever system knows the person.
    select copy.name, copy.status
    from worker copy
    where step.status = 'submitted'
      and copy.canonical_id = approver.id
    order by copy.system_role = 'hcm' desc, copy.system_role = 'procurement' desc, copy.key
    limit 1
) decider on true
left join entity_calendar home on home.entity = step.entity
left join lateral (
    select value.bill, value.bill_currency, value.is_bill_estimated
    from time_value value
    where step.status = 'submitted'
      and step.kind = 'time_entry'
      and value.key = step.key
    limit 1
) worth on true
where step.system_role = 'psa'
