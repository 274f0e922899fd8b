-- PS02 Project cannot be posted to
--
-- A working day after the PSA has a project, the ERP must have it too, in a state and for dates that
-- take postings. At once, if approved time or expenses already wait for it: they pile up, are not
-- billed, and the project looks cheaper than it is.
--
-- slug: project_missing_in_erp
-- workflow: project_setup
-- class: business_rule
-- owner: pmo
-- population: project where system_role = 'psa'
-- against: project where system_role = 'erp'
-- feeds: psa.project, erp.project
-- watches: project
--   project.canonical_id -> canonical_id
--   time_entry.project_id -> canonical_id
--   expense_item.project_id -> canonical_id
--   project_actual.project_id -> canonical_id
--   party.canonical_id -> party_id
--   cost_rate -> any
--   assignment.project_id -> canonical_id
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: waiting_value=B
-- period: CO-C, CO-L
-- parameters: grace_days = 1
-- specification: domain PS02. The working day counts from when the PSA's project last changed, since
--   no system says when it was made. Dates in use are those of what waits. A parent in the ERP that
--   takes the postings of its children needs erp_required = false on them. Time is worth what it is
--   to TP01
-- remediation:
--   1. Read on the project's message why the ERP refused it: legal entity, cost centre or customer.
--   2. Correct it in the system that owns it, and send the project again.
--   3. Release the project in the ERP for the dates in use; then post the waiting entries again.
select
    project.key as subject,
    project.status not in ('approved', 'active') or not project.erp_required as out_of_scope,
    case when project.status in ('approved', 'active') and obstacle.slug is not null
        then least(
            after_business_days(
                home.calendar,
                coalesce(
                    case obstacle.slug when 'not_postable' then obstacle.since
                        else project.source_updated_at end,
                    project.starts_on::timestamp at time zone 'UTC'
                ),
                %(grace_days)s
            ),
            waiting.since
        )
    end as look_at,
    waiting.bill as revenue_at_risk,
    waiting.cost as cost_at_risk,
    coalesce(waiting.currency, project.currency) as currency,
    waiting.cost_currency,
    jsonb_strip_nulls(jsonb_build_object(
        'revenue_at_risk', waiting.bills,
        'cost_at_risk', waiting.costs
    )) as claims,
    case when waiting.entries > 0 then 'high' end as severity_floor,
    project.entity,
    project.canonical_id as project_id,
    project.party_id,
    waiting.first_day as service_date,
    project.code || ' ' || project.name || case obstacle.slug
        when 'missing' then ' does not exist in the ERP'
        else ' takes no postings in the ERP' end
        || case when waiting.lines > 0 then ', and ' || waiting.lines
            || ' approved entries wait for it' else '' end as title,
    case when obstacle.slug = 'missing' then 'project_missing'
        else 'project_not_postable' end as root_cause,
    'project:' || project.canonical_id as root_entity,
    project.code || case obstacle.slug
        when 'missing' then ' does not exist in the ERP'
        else ' takes no postings in the ERP' end as cause_title,
    project.code,
    project.name,
    coalesce(customer.name, project.party) as customer,
    project.status as psa_status,
    coalesce(obstacle.status, 'none') as erp_status,
    project.starts_on || ' to ' || coalesce(project.ends_on::text, 'open') as psa_days,
    coalesce(obstacle.days, 'none') as erp_days,
    waiting.lines as waiting_entries,
    waiting.hours as waiting_hours,
    waiting.bill as waiting_value
from project
left join entity customer on customer.id = project.party_id
left join entity_calendar home on home.entity = project.entity
left join lateral (
    select
        coalesce(nullif(copy.financial_status, ''), copy.status) as status,
        coalesce(copy.postable_from::text, 'ever') || ' to ' || coalesce(copy.postable_to::text, 'ever')
            as days,
        copy.source_updated_at,
        copy.postable_from,
        copy.postable_to,
        copy.status in ('draft', 'on_hold', 'closed')
            or copy.financial_status in ('draft', 'on_hold', 'closed')
            or copy.financial_status = 'approved' and project.status = 'active' as is_shut
    from project copy
    where copy.canonical_id = project.canonical_id
      and copy.system_role = 'erp'
    order by copy.key
    limit 1
) ledger on true
cross join lateral (
    select
        case
            when ledger.status is null then 'missing'
            when ledger.is_shut or exists (
                select from time_entry entry
                where entry.project_id = project.canonical_id
                  and entry.status in ('approved', 'posted', 'billed')
                  and entry.hours <> 0
                  and (entry.work_date < ledger.postable_from
                      or entry.work_date > ledger.postable_to)
                  and not exists (
                      select from posted_actual actual
                      where actual.source_key = entry.key
                  )
            ) then 'not_postable'
        end as slug,
        ledger.status,
        ledger.days,
        greatest(ledger.source_updated_at, project.source_updated_at) as since
    -- Behind a fence: named in ten places, what waits would be looked for, and planned, in each.
    offset 0
) obstacle
cross join lateral (
    select
        count(*) as lines,
        count(*) filter (where line.hours > 0) as entries,
        sum(line.hours) as hours,
        min(line.day) as first_day,
        min(line.since) as since,
        sum(line.bill) as bill,
        sum(line.cost) as cost,
        max(line.currency) as currency,
        max(line.cost_currency) as cost_currency,
        jsonb_object_agg(line.key, line.bill) filter (where line.bill <> 0) as bills,
        jsonb_object_agg(line.key, line.cost) filter (where line.cost <> 0) as costs
    from (
        select
            entry.key,
            entry.hours,
            entry.work_date as day,
            coalesce(entry.approved_at, entry.source_updated_at) as since,
            round(worth.bill, 4) as bill,
            worth.bill_currency as currency,
            round(worth.cost, 4) as cost,
            worth.cost_currency
        from time_entry entry
        left join time_value worth on worth.key = entry.key
        where obstacle.slug is not null
          and entry.project_id = project.canonical_id
          and entry.system_role = 'psa'
          and entry.status in ('approved', 'posted', 'billed')
          and entry.type <> 'leave'
          and entry.hours <> 0
          and not exists (
              select from posted_actual actual
              where actual.source_key = entry.key
              having sum(actual.hours) <> 0
          )
        union all
        select
            expense.key,
            null,
            expense.spent_on,
            coalesce(expense.approved_at, expense.source_updated_at),
            round(worth.revenue, 4),
            case when worth.revenue is not null then worth.currency end,
            -- In the books' currency, as the cost of the time is.
            round(worth.cost * coalesce(expense.amount_functional / nullif(expense.amount, 0), 1), 4),
            case when expense.amount_functional is null then expense.currency
                else company.functional_currency end
        from expense_item expense
        left join message_payload worth
          on worth.key = expense.key
         and worth.kind = 'expense_item'
        left join legal_entity company
          on company.key = expense.system || ':' || expense.legal_entity
        where obstacle.slug is not null
          and expense.project_id = project.canonical_id
          and expense.system_role = 'psa'
          and expense.status in ('approved', 'posted', 'billed', 'reimbursed')
          and not exists (
              select from posted_actual actual
              where actual.source_key = expense.key
              having sum(coalesce(actual.cost_amount_functional, actual.cost_amount)) <> 0
          )
    ) line
) waiting
where project.system_role = 'psa'
