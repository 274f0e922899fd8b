-- PS03 Project setup incomplete
--
-- A project needs more at every step: to be active, to take its first time, to be billed, to earn
-- revenue. Whatever of it the systems lack two working days after they last wrote the project is
-- found here, as one item with a list. A step counts only once the project has come to it.
--
-- slug: project_setup_incomplete
-- workflow: project_setup
-- class: data_quality
-- owner: pmo
-- population: project where system_role = 'psa'
-- against: project where system_role = 'erp'
-- feeds: psa.project, erp.project, any.wbs_task
-- watches: project
--   project.canonical_id -> canonical_id
--   wbs_task.project_id -> canonical_id
--   assignment.project_id -> canonical_id
--   time_entry.project_id -> canonical_id
--   expense_item.project_id -> canonical_id
--   project_actual.project_id -> canonical_id
--   billing_event.project_id -> canonical_id
--   billing_schedule.project_id -> canonical_id
--   revenue_schedule.project_id -> canonical_id
--   budget_line.project_id -> canonical_id
--   rate_card.contract_id -> contract_id
--   rate_card.project_id -> canonical_id
--   rate_card.party_id -> party_id
--   party.canonical_id -> party_id
--   legal_entity -> any
-- sensitive: unbilled_value=B
-- period: CO-C
-- parameters: grace_days = 2, days_before_start = 7, days_due = 30
-- specification: domain PS03. That the ERP has the project at all is PS02's, whether its cost centre
--   is open MD03's, whether its prices still hold MD04's, and the customer's own data BL01's. Events
--   count when they are planned within thirty days of the day on which the gap fell due. Each item of
--   the list has an owner of its own; the exception goes to the PMO. No kind names a project's
--   calendar; a standard price list of the firm does for the rate card
-- remediation:
--   1. Complete each item of the list in the system that is named with it.
--   2. Billing items belong to finance, revenue items to the revenue accountants, the rest to the PMO.
--   3. The exception clears by itself when the list is empty.
select
    project.key as subject,
    project.status not in ('approved', 'active') as out_of_scope,
    case when project.status in ('approved', 'active') then gap.look_at end as look_at,
    case when gap.stops_money then unbilled.amount else 0 end as revenue_at_risk,
    project.currency,
    case when gap.stops_money and unbilled.atoms is not null
        then jsonb_build_object('revenue_at_risk', unbilled.atoms) end as claims,
    case when gap.only_activate and not reached.posted then 'medium' end as severity_cap,
    project.entity,
    project.canonical_id as project_id,
    project.party_id,
    project.code || ' ' || project.name || ' lacks ' || gap.items as title,
    'setup_incomplete' as root_cause,
    'project:' || project.canonical_id as root_entity,
    project.code,
    coalesce(customer.name, project.party) as customer,
    project.billing_method,
    gap.items as missing,
    gap.steps as needed_to,
    case when gap.stops_money then unbilled.amount end as unbilled_value
from project
left join entity customer on customer.id = project.party_id
left join entity_calendar home on home.entity = project.entity
left join project ledger
  on ledger.key = (
      select min(copy.key)
      from project copy
      where copy.canonical_id = project.canonical_id
        and copy.system_role = 'erp'
  )
cross join lateral (
    select
        exists (
            select from time_entry entry
            where entry.project_id = project.canonical_id
              and entry.status not in ('draft', 'rejected', 'recalled')
        ) as worked,
        exists (
            select from project_actual actual
            where actual.project_id = project.canonical_id
              and actual.system_role = 'erp'
        ) as posted,
        project.type not in ('internal', 'presale')
            and project.billing_method <> 'non_billable' as bills
) reached
left join lateral (
    select
        string_agg(rule.item, ', ' order by rule.number) as items,
        string_agg(distinct rule.step, ', ') as steps,
        bool_and(rule.step = 'activate') as only_activate,
        bool_or(rule.step in ('bill', 'revenue')) as stops_money,
        min(after_business_days(home.calendar, rule.since, %(grace_days)s)) as look_at
    from (
        select
            wanted.number,
            wanted.step,
            wanted.item || ' (' || wanted.system || ')' as item,
            case wanted.system when 'ERP' then ledger.source_updated_at
                else greatest(project.source_updated_at, case when project.status = 'approved'
                    then (project.starts_on - %(days_before_start)s)::timestamp at time zone 'UTC' end)
            end as since
        from (values
            (1, 'activate', 'a legal entity', 'PSA', project.entity is null),
            (2, 'activate', 'a customer', 'PSA', reached.bills and project.party = ''),
            (3, 'activate', 'a start', 'PSA', project.starts_on is null),
            (4, 'activate', 'an end', 'PSA', project.ends_on is null),
            (5, 'activate', 'a project manager', 'PSA', project.project_manager = ''),
            (6, 'activate', 'an approver', 'PSA', project.approver = ''),
            (7, 'activate', 'a chargeable task', 'PSA', not exists (
                select from wbs_task task
                where task.project_id = project.canonical_id
                  and task.system_role = 'psa'
                  and task.chargeable
                  and task.status <> 'closed'
            )),
            (8, 'take time', 'a task that takes postings', 'ERP', ledger.key is not null
                and project.erp_required and reached.worked and not exists (
                    select from wbs_task task
                    where task.project_id = project.canonical_id
                      and task.system_role = 'erp'
                      and task.chargeable
                      and task.status in ('released', 'tech_complete')
                )),
            (9, 'take time', 'a cost centre', 'ERP',
                reached.worked and ledger.cost_center = ''),
            (10, 'take time', 'a utilization category on a booking', 'PSA', reached.worked and exists (
                select from assignment booking
                where booking.project_id = project.canonical_id
                  and booking.system_role = 'psa'
                  and booking.status in ('confirmed', 'active')
                  and booking.utilization_category = ''
            )),
            (11, 'bill', 'a billing method', 'ERP',
                reached.bills and reached.posted and ledger.billing_method = ''),
            (12, 'bill', 'a currency', 'ERP',
                reached.bills and reached.posted and ledger.currency = ''),
            (13, 'bill', 'a tax profile', 'ERP',
                reached.bills and reached.posted and ledger.tax_profile = ''),
            (14, 'bill', 'a rate card', 'ERP', reached.bills and reached.posted
                and project.billing_method in ('time_materials', 'tm_capped') and not exists (
                    select from rate_card card
                    where card.contract_id = project.contract_id
                       or card.project_id = project.canonical_id
                       or card.party_id = project.party_id
                ) and not exists (
                    select from rate_card card where card.scope = 'standard'
                )),
            (15, 'bill', 'a billing schedule', 'ERP', reached.bills and reached.posted
                and project.billing_method
                    in ('fixed_price', 'milestone', 'retainer', 'managed_service')
                and not exists (
                    select from billing_schedule plan
                    where plan.project_id = project.canonical_id
                ) and not exists (
                    select from billing_event event
                    where event.project_id = project.canonical_id
                )),
            (16, 'revenue', 'a revenue method', 'ERP',
                reached.bills and reached.posted and ledger.revenue_method = ''),
            (17, 'revenue', 'a revenue schedule', 'ERP', reached.bills and reached.posted
                and not exists (
                    select from revenue_schedule schedule
                    where schedule.project_id = project.canonical_id
                )),
            (18, 'revenue', 'a budget', 'ERP', reached.posted
                and ledger.revenue_method = 'percent_complete' and not exists (
                    select from budget_line budget
                    where budget.project_id = project.canonical_id
                ))
        ) wanted (number, step, item, system, is_missing)
        where wanted.is_missing
    ) rule
    having count(*) > 0
) gap on true
cross join lateral (
    select
        sum(line.amount) as amount,
        jsonb_object_agg(line.key, line.amount) filter (where line.amount <> 0) as atoms
    from (
        select entry.key, entry.bill_amount as amount
        from time_entry entry
        where gap.stops_money
          and entry.project_id = project.canonical_id
          and entry.system_role = 'psa'
          and entry.status = 'posted'
          and entry.billable
        union all
        select expense.key, expense.bill_amount
        from expense_item expense
        where gap.stops_money
          and expense.project_id = project.canonical_id
          and expense.system_role = 'psa'
          and expense.status = 'posted'
          and expense.billable
        union all
        select event.key, event.amount
        from billing_event event
        where gap.stops_money
          and event.project_id = project.canonical_id
          and event.system_role = 'psa'
          and event.status in ('planned', 'completed', 'accepted', 'ready')
          and coalesce(event.completed_at::date, event.planned_on)
              <= gap.look_at::date + %(days_due)s
    ) line
) unbilled
where project.system_role = 'psa'
