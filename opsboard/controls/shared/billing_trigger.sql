-- What makes an invoice due: billing events of the delivery system, and the dated lines of the ERP's
-- billing plan that no event stands for. `happened_at` is when it did, and null until then; a plan
-- line without an amount only says until when work is billed, and is due for nothing itself.
create view billing_trigger as
select
    event.key,
    event.system,
    event.source_id,
    event.entity,
    event.project,
    event.project_id,
    event.contract,
    event.contract_id,
    event.name,
    event.type,
    case
        when event.type = 'recurring' then (event.planned_on + 1)::timestamp at time zone 'UTC'
        when event.status <> 'planned' and event.acceptance_required
            then coalesce(event.accepted_at, event.completed_at)
        when event.status <> 'planned' then coalesce(event.completed_at, event.trigger_at)
    end as happened_at,
    event.acceptance_required and event.accepted_at is null and event.type <> 'recurring'
        as lacks_acceptance,
    coalesce(event.amount, plan.amount) as amount,
    event.amount is null as is_estimated,
    event.currency,
    event.planned_on,
    event.status,
    event.status in ('cancelled', 'on_hold') or event.hold_reason <> ''
        or coalesce(event.amount, plan.amount) = 0 as is_excused
from billing_event event
left join billing_schedule plan on plan.key = event.system || ':' || event.billing_schedule
where event.system_role = 'psa'
union all
select
    plan.key,
    plan.system,
    plan.source_id,
    plan.entity,
    plan.project,
    plan.project_id,
    plan.contract,
    plan.contract_id,
    'Line ' || plan.line_no || '.' || plan.sequence,
    plan.rule,
    case when plan.status not in ('released', 'billed')
        then (plan.planned_on + 1)::timestamp at time zone 'UTC'
    end,
    false,
    plan.amount,
    false,
    plan.currency,
    plan.planned_on,
    plan.status,
    plan.status in ('cancelled', 'on_hold') or coalesce(plan.amount, 0) = 0
from billing_schedule plan
where plan.system_role = 'erp'
  and plan.rule in ('date', 'recurring')
  and not exists (
      select from billing_event event
      where event.system = plan.system
        and event.project = plan.project
        and event.billing_schedule = plan.source_id
  );
