-- BL03 Billing context incomplete
--
-- A charge that is ready for billing must carry all that an invoice needs: a contract line and a tax
-- code, an amount, the acceptance where one is asked for, and for a batch of time its price and the
-- customer's purchase order. Otherwise billing cannot draft anything, however often it is sent.
--
-- slug: billing_context_incomplete
-- workflow: billing
-- class: data_quality
-- owner: finance_billing
-- population: billing_event where system_role = 'psa'
-- feeds: psa.billing_event
-- watches: billing_event
--   billing_schedule.project_id -> project_id
--   contract.canonical_id -> contract_id
--   party -> any
--   project.canonical_id -> project_id
--   legal_entity -> any
-- sensitive: amount=B
-- period: CO-C
-- parameters: grace_minutes = 540
-- specification: domain BL03, for billing events; the price of posted time is ST02's and TP09's, tax
--   and receipt of an expense EX03's. What each kind of charge needs stands in the view billing_gap.
--   Where the ERP completes charges itself, the day of grace must outlast its own run
-- remediation:
--   1. Complete what is missing on the event, in the delivery system; the item lists it.
--   2. Ask the customer's account manager where a purchase order or an acceptance is missing.
--   3. Send the event to billing again.
select
    event.key as subject,
    event.status not in ('ready', 'released')
        or event.hold_reason <> '' as out_of_scope,
    case when gap.missing is not null
        then after_working_minutes(
            home.calendar,
            coalesce(event.trigger_at, event.completed_at, event.source_updated_at),
            %(grace_minutes)s
        )
    end as look_at,
    coalesce(event.amount, plan.amount) as revenue_at_risk,
    event.currency,
    event.amount is null as is_estimated,
    event.entity,
    event.project_id,
    contract.party_id,
    event.planned_on as service_date,
    coalesce(nullif(event.name, ''), 'A charge') || ' of ' || coalesce(work.code, event.project)
        || ' is ready to be billed and lacks ' || gap.missing as title,
    'billing_context_incomplete' as root_cause,
    event.key as root_entity,
    coalesce(nullif(event.name, ''), 'A charge') || ' of ' || coalesce(work.code, event.project)
        || ' lacks ' || gap.missing as cause_title,
    coalesce(work.code, event.project) as project,
    gap.missing,
    event.type,
    event.status,
    event.trigger_at,
    coalesce(event.amount, plan.amount) as amount
from billing_event event
left join entity_calendar home on home.entity = event.entity
left join entity work on work.id = event.project_id
left join contract on contract.key = event.system || ':' || event.contract
left join billing_schedule plan on plan.key = event.system || ':' || event.billing_schedule
left join billing_gap gap on gap.key = event.key
where event.system_role = 'psa'
