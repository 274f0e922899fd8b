-- ST02 Booking without a price
--
-- A billable booking on work that is billed by time needs a price on every working day: its own, or
-- one of the contract's, the project's, the customer's or the standard price list, for the role or
-- the person, in the currency of the contract. A price of zero is no price. What is worked on days
-- without one cannot be invoiced.
--
-- slug: assignment_missing_bill_rate
-- workflow: staffing
-- class: data_quality
-- owner: finance_billing
-- population: assignment where system_role = 'psa'
-- against: rate_line
-- feeds: psa.assignment, any.rate_line
-- watches: assignment
--   time_entry.project_id -> project_id
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   rate_line -> any
--   rate_card -> any
--   contract -> any
--   work_calendar -> any
--   accounting_period -> any
--   legal_entity -> any
-- period: CO-C, CO-L
-- severity: floor near a close high
-- parameters: grace_minutes = 240, days_ahead = 60
-- specification: domain ST02; a price counts in whichever system holds it, whether it arrived where
--   it is needed is ST04's. The next invoice run is taken to be the close. At risk is what was
--   approved and not billed, at what the standard list last said; travel and leave have no price
-- remediation:
--   1. Add or extend the line on the price list that the contract names.
--   2. Have the unbilled time of these days priced again.
--   3. Look for time that was billed at nothing; credit it and bill it again.
select
    booking.key as subject,
    not scope.is_priced as out_of_scope,
    case when gap.first_day is not null
        then greatest(
            case when worked.hours > 0 then booking.confirmed_at
                else after_working_minutes(home.calendar, booking.confirmed_at, %(grace_minutes)s) end,
            (gap.first_day - %(days_ahead)s)::timestamp at time zone 'UTC'
        )
    end as look_at,
    worked.hours * standard.per_hour as revenue_at_risk,
    project.currency as currency,
    true as is_estimated,
    case when worked.hours > 0 then jsonb_build_object('revenue_at_risk', (
        select jsonb_object_agg(part.atom, part.hours * standard.per_hour)
        from (select unnest(worked.atoms) as atom, unnest(worked.parts) as hours) part
    )) end as claims,
    booking.entity,
    booking.project_id,
    booking.worker_id,
    project.party_id,
    gap.first_day as service_date,
    coalesce(person.name, booking.worker) || ' is booked on '
        || coalesce(work.code, booking.project) || ' as '
        || coalesce(part.name, nullif(booking.role, ''), 'nobody in particular')
        || ' without a price from ' || to_char(gap.first_day, 'FMDD FMMonth') as title,
    'rate_card_missing' as root_cause,
    coalesce('contract:' || project.contract_id, 'project:' || booking.project_id) as root_entity,
    coalesce(agreed.number, work.code, booking.project) || ' has no usable rate card'
        as cause_title,
    coalesce(person.name, booking.worker) as person,
    coalesce(work.code, booking.project) as project,
    coalesce(part.name, booking.role) as role,
    agreed.number as contract,
    project.billing_method,
    project.currency as contract_currency,
    booking.starts_on || ' to ' || booking.ends_on as booked,
    planned.bare as working_days_without_price,
    worked.hours as unbilled_hours_without_price
from assignment booking
left join entity_calendar home on home.entity = booking.entity
left join entity person on person.id = booking.worker_id
left join entity work on work.id = booking.project_id
left join entity part on part.id = booking.role_id
left join project on project.key = booking.system || ':' || booking.project
left join contract agreed on agreed.key = project.system || ':' || project.contract
left join open_from on open_from.entity = booking.entity
cross join lateral (
    -- A price on the booking itself holds for all of its days.
    select booking.billable
        and booking.status in ('confirmed', 'active', 'completed')
        and coalesce(project.billing_method, '') in ('time_materials', 'tm_capped') as is_priced,
        booking.bill_rate > 0
            and coalesce(nullif(booking.bill_currency, ''), project.currency) = project.currency
            as has_own
) scope
cross join lateral (
    select coalesce(range_agg(daterange(price.valid_from, price.valid_to, '[]')), '{}') as days
    from price_line price
    where scope.is_priced
      and not coalesce(scope.has_own, false)
      and price.project_key = project.key
      and price.currency = project.currency
      and (price.worker_id = booking.worker_id
           or price.worker_id is null and price.role_id = booking.role_id
           or price.fits_all)
) covered
left join lateral (
    -- What lies before the first open day and was not worked needs no price any more.
    select
        count(*) as bare,
        min(day.day) as first_day
    from booking_day day
    where scope.is_priced
      and not coalesce(scope.has_own, false)
      and booking.status <> 'completed'
      and day.key = booking.key
      and day.day >= coalesce(open_from.day, booking.starts_on)
      and not covered.days @> day.day
) planned on true
left join lateral (
    select
        sum(entry.hours) as hours,
        min(entry.work_date) as first_day,
        array_agg(entry.key order by entry.key) as atoms,
        array_agg(entry.hours order by entry.key) as parts
    from time_entry entry
    where scope.is_priced
      and not coalesce(scope.has_own, false)
      and entry.system = booking.system
      and entry.worker = booking.worker
      and entry.project = booking.project
      and entry.work_date between booking.starts_on and booking.ends_on
      and entry.status in ('approved', 'posted')
      and entry.billable
      and entry.hours <> 0
      and entry.type in ('regular', 'overtime')
      and not covered.days @> entry.work_date
) worked on true
cross join lateral (
    select least(planned.first_day, worked.first_day) as first_day
) gap
left join lateral (
    select standard_price.per_hour
    from standard_price
    where worked.hours > 0
      and standard_price.key = booking.key
    limit 1
) standard on true
where booking.system_role = 'psa'
