-- IN08 Forecasts drifted apart
--
-- Delivery revises the forecast of a project, finance plans with its copy. A day after a revision the
-- two may differ by 5 % or 10,000 in the group's currency, whichever is more. What explains more of
-- the difference decides who mends it: revisions, bookings, change orders and time that did not get
-- through are the interface's; the rest is planned differently on purpose, and PMO's.
--
-- slug: forecast_sync_variance
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- population: project where system_role = 'psa'
-- against: forecast_line where system_role = 'erp'
-- feeds: psa.forecast_line, erp.forecast_line
-- watches: project
--   project.canonical_id -> canonical_id
--   forecast_line.project_id -> canonical_id
--   assignment.project_id -> canonical_id
--   change_order.project_id -> canonical_id
--   time_entry.project_id -> canonical_id
--   project_actual.project_id -> canonical_id
--   integration_message -> any
--   fx_rate -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_forecast=B, erp_forecast=B, gap=B, unsynced_bookings=B, missing_change_orders=B, unposted_time=B
-- severity: cap high
-- period: CO-N
-- parameters: grace_hours = 24
-- specification: domain IN08, revenue and cost by month. A finance copy of an older version explains
--   the whole difference; differences of rates and of exchange are not told apart from the rest. The
--   forecast of the BI tool is not a kind of its own
-- remediation:
--   1. Have the newest forecast sent again when finance holds an older version.
--   2. Otherwise clear what is listed: bookings, change orders and time that did not get through.
--   3. What is left is planned differently; PMO and finance decide on one plan.
select
    project.key as subject,
    case when gap.amount is not null
        then gap.since + make_interval(hours => %(grace_hours)s) end as look_at,
    case when gap.synced_part > 0 then gap.synced_part end as exposure_only,
    gap.currency,
    gap.claims,
    project.entity,
    project.canonical_id as project_id,
    project.party_id,
    gap.first_month as service_date,
    'Finance plans ' || project.code || ' with '
        || case when gap.is_over then 'more' else 'less' end || ' than delivery in '
        || gap.months || case
            when gap.is_behind then ', from an older version of the forecast'
            when gap.synced_part * 2 >= gap.amount then ', because not everything got through'
            else ', on another view of the work' end as title,
    case
        when gap.was_set_back then 'older_applied_last'
        when gap.is_behind then 'forecast_unsynced'
        when gap.synced_part * 2 < gap.amount then 'planning'
        when gap.bookings >= greatest(gap.orders, gap.time) then 'assignment_not_synced'
        when gap.orders >= gap.time then 'change_order_not_propagated'
        else 'time_unposted'
    end as root_cause,
    case when gap.was_set_back then gap.erp_key else project.key end as root_entity,
    gap.months,
    gap.mine as psa_forecast,
    gap.theirs as erp_forecast,
    gap.amount as gap,
    gap.versions as psa_and_erp_versions,
    gap.bookings as unsynced_bookings,
    gap.orders as missing_change_orders,
    gap.time as unposted_time
from project
left join lateral (
    select
        sum(abs(month.gap)) as amount,
        sum(month.gap) < 0 as is_over,
        sum(month.mine) as mine,
        sum(month.theirs) as theirs,
        sum(month.synced_part) as synced_part,
        min(month.currency) as currency,
        min(month.month) as first_month,
        max(month.since) as since,
        bool_or(month.is_behind) as is_behind,
        bool_or(month.was_set_back) as was_set_back,
        min(month.erp_key) as erp_key,
        string_agg(to_char(month.month, 'FMMonth YYYY'), ', ' order by month.month) as months,
        string_agg(month.version || ' and ' || month.erp_version, ', ' order by month.month)
            as versions,
        max(month.bookings) as bookings,
        max(month.orders) as orders,
        sum(month.time) as time,
        jsonb_build_object('exposure_only', jsonb_object_agg(month.atom, month.synced_part))
            as claims
    from (
        -- Revenue speaks for a month where it differs, cost where it alone does.
        select distinct on (found.month)
            found.*,
            part.*,
            back.was_set_back,
            case when found.is_behind or back.was_set_back then abs(found.gap)
                else least(abs(found.gap), part.bookings + part.orders + part.time)
            end as synced_part
        from forecast_gap found
        cross join lateral (
            select exists (
                select from applied_message message
                where message.subject_key = found.atom
                  and message.newer_key is not null
            ) as was_set_back
        ) back
        cross join lateral (
            select
                (
                    select coalesce(sum(booking.planned_hours * booking.bill_rate), 0)
                    from assignment booking
                    where booking.system = project.system
                      and booking.project = project.source_id
                      and booking.status in ('confirmed', 'active')
                      and booking.starts_on <= (found.month + interval '1 month')::date
                      and booking.ends_on >= found.month
                      and not exists (
                          select from assignment copy
                          where copy.project_id = project.canonical_id
                            and copy.system_role = 'erp'
                            and copy.worker_id = booking.worker_id
                            and copy.starts_on = booking.starts_on
                      )
                ) as bookings,
                (
                    select coalesce(sum(abs(ordered.delta_value)), 0)
                    from change_order ordered
                    where ordered.project_id = project.canonical_id
                      and ordered.system_role = 'crm'
                      and ordered.status in ('approved', 'applied')
                      and not exists (
                          select from change_order copy
                          where copy.canonical_id = ordered.canonical_id
                            and copy.system_role = 'erp'
                      )
                ) as orders,
                (
                    select coalesce(sum(coalesce(entry.bill_amount, 0)), 0)
                    from time_entry entry
                    where entry.system = project.system
                      and entry.project = project.source_id
                      and entry.status = 'approved'
                      and entry.work_date >= found.month
                      and entry.work_date < (found.month + interval '1 month')::date
                      and not exists (
                          select from posted_actual actual
                          where actual.source_key = entry.key
                      )
                ) as time
        ) part
        where found.key = project.key
        order by found.month, found.measure desc
    ) month
    having count(*) > 0
) gap on true
where project.system_role = 'psa'
