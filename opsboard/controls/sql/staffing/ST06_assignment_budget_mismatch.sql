-- ST06 Work that does not fit its budget
--
-- What was worked on a project in a month must fit the latest approved budget within a tenth, and
-- what is booked for the months to come within a quarter. A month under way can only be over, since
-- the rest of it is still to be worked. Hours that moved within a quarter of the year are no
-- difference, and the whole project is compared, so that one role may stand in for another.
--
-- slug: assignment_budget_mismatch
-- workflow: staffing
-- class: business_rule
-- owner: pmo
-- population: project where system_role = 'psa'
-- against: budget_line where system_role = 'erp'
-- feeds: psa.project, psa.assignment, psa.time_entry, erp.budget_line
-- watches: project
--   assignment.project -> source_id
--   time_entry.project -> source_id
--   budget_line.project_id -> canonical_id
--   worker -> any
--   work_calendar -> any
--   accounting_period -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: erp_budget=B
-- period: CO-N
-- parameters: grace_minutes = 540, permille = 100, permille_ahead = 250, least_hours = 40,
--   least_value = 5000
-- specification: domain ST06, by project and month; one working day of nine hours. Bookings ahead
--   know of no leave, so a coming month may be a quarter off. Hours too many are worth what the
--   budget says of an hour, on a fixed price what it costs; too few, what they would have brought.
--   `least_value` is in the currency of the budget. A ceiling that is passed is BL09's
-- remediation:
--   1. Ask the project manager which of the two is right: the plan or the budget.
--   2. Move or cut bookings, or agree on a change order with the customer.
--   3. Or have the budget revised and approved in the ERP.
select
    project.key as subject,
    not scope.is_judged as out_of_scope,
    case when wrong.months > 0
        then after_working_minutes(home.calendar, wrong.since, %(grace_minutes)s)
    end as look_at,
    wrong.value as exposure_only,
    wrong.currency as currency,
    project.entity,
    project.canonical_id as project_id,
    wrong.first_month as service_date,
    project.code || ' has ' || round(abs(wrong.difference)) || ' h '
        || case when wrong.difference > 0 then 'more' else 'less' end || ' than its budget in '
        || wrong.told as title,
    case when wrong.difference > 0 then 'budget_too_small' else 'budget_too_large' end
        as root_cause,
    'project:' || project.canonical_id as root_entity,
    project.code || ' does not fit its budget' as cause_title,
    project.code as project,
    project.billing_method,
    wrong.told as months,
    wrong.hours as psa_hours,
    wrong.budgeted as erp_hours,
    wrong.budget as erp_budget
from project
left join entity_calendar home on home.entity = project.entity
cross join lateral (
    select project.status in ('approved', 'active', 'on_hold', 'completed') as is_judged
) scope
left join open_from on open_from.entity = project.entity
left join lateral (
    select
        count(*) as months,
        min(month.month) as first_month,
        string_agg(to_char(month.month, 'FMMonth YYYY'), ', ' order by month.month) as told,
        sum(month.difference) as difference,
        sum(month.hours) as hours,
        sum(month.budgeted) as budgeted,
        sum(month.revenue) as budget,
        sum(month.value) as value,
        max(month.currency) as currency,
        max(month.since) as since
    from (
        select
            judged.month,
            judged.hours,
            judged.budgeted,
            judged.revenue,
            judged.currency,
            judged.since,
            judged.difference,
            judged.value,
            judged.is_ahead,
            sum(judged.difference) over (partition by date_trunc('quarter', judged.month))
                as in_quarter,
            sum(judged.difference * judged.revenue / nullif(judged.budgeted, 0))
                over (partition by date_trunc('quarter', judged.month)) as value_in_quarter
        from (
            select
                budget.month,
                budget.budgeted,
                budget.revenue,
                budget.currency,
                budget.since,
                plan.hours,
                plan.is_ahead,
                -- A month under way has as much to go as its budget leaves it.
                case when plan.is_under_way
                    then greatest(plan.hours - budget.budgeted, 0)
                    else plan.hours - budget.budgeted end as difference,
                abs(plan.hours - budget.budgeted) / nullif(budget.budgeted, 0)
                    * case when plan.hours > budget.budgeted
                        and project.billing_method
                            in ('fixed_price', 'milestone', 'retainer', 'managed_service')
                        then budget.cost else budget.revenue end as value
            from (
                select
                    line.month,
                    sum(line.hours) as budgeted,
                    sum(line.cost) as cost,
                    sum(line.revenue) as revenue,
                    max(line.currency) as currency,
                    max(line.source_updated_at) as since
                from budget_line line
                where scope.is_judged
                  and line.project_id = project.canonical_id
                  and line.system_role = 'erp'
                  and line.status in ('baseline', 'revised')
                group by line.month
            ) budget
            left join (
                select
                    date_trunc('month', entry.work_date)::date as month,
                    sum(entry.hours) as hours
                from time_entry entry
                where scope.is_judged
                  and entry.system = project.system
                  and entry.project = project.source_id
                  and entry.status not in ('rejected', 'recalled', 'corrected')
                group by 1
            ) worked on worked.month = budget.month
            left join (
                select date_trunc('month', day.day)::date as month, sum(day.hours) as hours
                from booking_day day
                where scope.is_judged
                  and day.system = project.system
                  and day.project = project.source_id
                  and day.status in ('confirmed', 'active')
                  and day.ends_on >= open_from.day
                group by 1
            ) booked on booked.month = budget.month
            cross join lateral (
                select
                    coalesce(
                        worked.hours,
                        case when budget.month >= open_from.day then booked.hours end,
                        0
                    ) as hours,
                    worked.hours is not null and budget.month >= open_from.day as is_under_way,
                    worked.hours is null and budget.month >= open_from.day as is_ahead
            ) plan
        ) judged
    ) month
    where month.budgeted > 0
      and abs(month.difference) * 1000 > month.budgeted
          * case when month.is_ahead then %(permille_ahead)s else %(permille)s end
      and (
          abs(month.difference) >= %(least_hours)s
              and sign(month.in_quarter) = sign(month.difference)
              and abs(month.in_quarter) >= %(least_hours)s
          or month.value >= %(least_value)s
              and sign(month.in_quarter) = sign(month.difference)
              and abs(month.value_in_quarter) >= %(least_value)s
      )
) wrong on true
where project.system_role = 'psa'
