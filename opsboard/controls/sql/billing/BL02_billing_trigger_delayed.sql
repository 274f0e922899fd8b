-- BL02 Billing trigger delayed
--
-- A milestone that is done, and accepted where the contract asks for it, must stand on an invoice
-- line, draft or later, within three working days; what a date alone makes due, within one. A
-- milestone whose acceptance is missing waits for the customer, and is found all the same. Held or
-- cancelled events, and those worth nothing, are not asked for.
--
-- slug: billing_trigger_delayed
-- workflow: billing
-- class: retryable
-- owner: finance_billing
-- population: billing_trigger
-- against: invoice_line where system_role = 'erp'
-- feeds: psa.billing_event, erp.invoice_line, erp.billing_schedule
-- watches: billing_event
--   billing_schedule
--   billing_schedule.project_id -> project_id
--   billing_event.project_id -> project_id
--   invoice_line.project_id -> project_id
--   invoice.project_id -> project_id
--   contract.canonical_id -> contract_id
--   party -> any
--   project.canonical_id -> project_id
--   legal_entity -> any
-- sensitive: amount=B
-- period: CO-C
-- parameters: milestone_minutes = 1620, dated_minutes = 540
-- specification: domain BL02 (a) to (c); a closed cycle of time and materials is BL04's, entry by
--   entry. Money counts as revenue while the acceptance that would let it be recognised is missing,
--   afterwards as cash. Lines must name their project, and the event or plan line that they bill
-- remediation:
--   1. Where acceptance is missing, obtain it and enter it in the delivery system.
--   2. Where something else is missing, complete it first; the item says what.
--   3. Send the event to billing again, or draft the invoice.
select
    due.key as subject,
    due.is_excused as out_of_scope,
    case when due.happened_at is not null
        and coalesce((billed.times ->> due.key)::integer, 0) <= 0
        then after_working_minutes(
            home.calendar,
            due.happened_at,
            case when due.type in ('recurring', 'date') then %(dated_minutes)s
                else %(milestone_minutes)s end
        )
    end as look_at,
    case when due.lacks_acceptance then due.amount end as revenue_at_risk,
    case when not due.lacks_acceptance then due.amount end as cash_at_risk,
    due.currency,
    due.is_estimated,
    due.entity,
    due.project_id,
    contract.party_id,
    due.planned_on as service_date,
    due.name || ' of ' || coalesce(work.code, due.project)
        || case when due.lacks_acceptance then ' is done, not accepted and not invoiced'
            when due.type in ('recurring', 'date') then ' fell due and is not invoiced'
            else ' is done and not invoiced' end as title,
    case when gap.missing is not null then 'billing_context_incomplete'
        when due.lacks_acceptance then 'acceptance_missing'
        else 'trigger_lost' end as root_cause,
    due.key as root_entity,
    case when gap.missing is not null
        then due.name || ' of ' || coalesce(work.code, due.project) || ' lacks ' || gap.missing
    end as cause_title,
    coalesce(work.code, due.project) as project,
    due.type,
    due.status,
    due.planned_on,
    due.happened_at,
    due.lacks_acceptance as acceptance_missing,
    gap.missing,
    due.amount
from billing_trigger due
left join entity_calendar home on home.entity = due.entity
left join entity work on work.id = due.project_id
left join contract on contract.key = due.system || ':' || due.contract
left join billing_gap gap on gap.key = due.key
left join lateral (
    select named.times
    from billed_source named
    where named.project_id = due.project_id
    limit 1
) billed on true
