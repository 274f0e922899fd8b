-- MD04 Contract without a usable rate card
--
-- Work that is sold by the hour needs a price list: approved, in the contract's currency, valid, and
-- with a line for every role that is booked. A contract that has a card of its own must keep one; a
-- contract that never had any may live by the standard card. A card that runs out is told ahead.
--
-- slug: rate_card_missing
-- workflow: master_data
-- class: data_quality
-- owner: finance_billing
-- population: contract where system_role = 'crm'
-- against: rate_card
-- feeds: crm.contract, any.rate_card, any.rate_line
-- watches: contract
--   contract.canonical_id -> canonical_id
--   rate_card -> any
--   rate_line -> any
--   role -> any
--   project.contract_id -> canonical_id
--   assignment -> any
--   time_entry -> any
--   party.canonical_id -> party_id
--   legal_entity -> any
-- sensitive: unpriced_value=B
-- severity: floor medium
-- period: CO-C
-- parameters: grace_minutes = 1080, warn_days = 14
-- specification: domain MD04; the cards are those of the system that holds the contract, and of any for
--   the standard. A line without role and grade is a blended price and fits every role. The warning
--   comes 14 calendar days ahead, about ten working days. Money is that of approved and unbilled
--   time on bookings without a price, at what the standard card said last, as in ST02
-- remediation:
--   1. Agree the prices with whoever sold the contract, and publish the card or the missing line.
--   2. Have the bookings and the unbilled time priced again in the PSA.
--   3. List what was billed at a wrong price for credit and rebill.
select
    contract.key as subject,
    contract.billing_method not in ('time_materials', 'tm_capped')
        or contract.status not in ('signed', 'active', 'amended') as out_of_scope,
    wrong.look_at,
    unpriced.amount as revenue_at_risk,
    unpriced.currency,
    unpriced.claims,
    true as is_estimated,
    contract.entity,
    contract.party_id,
    'Contract ' || contract.number || ' with ' || coalesce(customer.name, contract.party) || ' '
        || wrong.reason as title,
    'rate_card_missing' as root_cause,
    'contract:' || contract.canonical_id as root_entity,
    'Contract ' || contract.number || ' ' || wrong.reason as cause_title,
    contract.number,
    coalesce(customer.name, contract.party) as customer,
    contract.currency as contract_currency,
    own.cards,
    own.states,
    own.last_day as card_valid_to,
    gap.roles as roles_without_price,
    gap.first_day as without_price_from,
    unpriced.amount as unpriced_value
from contract
left join entity_calendar home on home.entity = contract.entity
left join entity customer on customer.id = contract.party_id
cross join lateral (
    select
        count(*) as cards,
        count(*) filter (where card.is_usable) as usable,
        count(*) filter (where card.is_usable and card.currency <> contract.currency)
            as in_other_currency,
        string_agg(distinct card.status, ', ' order by card.status) as states,
        max(coalesce(card.valid_to, 'infinity')) filter (
            where card.is_usable or card.status in ('expired', 'superseded')) as last_day,
        max(card.source_updated_at) as since
    from (
        select
            mine.status,
            mine.currency,
            mine.valid_to,
            mine.source_updated_at,
            mine.status in ('approved', 'active') as is_usable
        from rate_card mine
        where mine.system = contract.system
          and mine.contract = contract.source_id
          and mine.scope in ('contract', 'project')
        union all
        select
            of_customer.status,
            of_customer.currency,
            of_customer.valid_to,
            of_customer.source_updated_at,
            of_customer.status in ('approved', 'active')
        from rate_card of_customer
        where of_customer.system = contract.system
          and of_customer.party = contract.party
          and of_customer.scope = 'customer'
    ) card
) own
cross join lateral (
    select exists (
        select from rate_card standard
        where own.cards = 0
          and standard.scope = 'standard'
          and standard.status in ('approved', 'active')
          and standard.currency = contract.currency
          and standard.entity is not distinct from contract.entity
    ) as is_there
) fallback
left join lateral (
    -- The first day of a booking on which no line of the contract's own cards has its role.
    select
        min(bare.first_day) as first_day,
        string_agg(distinct bare.role, ', ' order by bare.role) as roles
    from (
        select
            booking.key,
            coalesce(role.name, nullif(booking.role, ''), 'no role') as role,
            lower(
                datemultirange(daterange(booking.starts_on, booking.ends_on, '[]'))
                - coalesce(range_agg(daterange(line.valid_from, line.valid_to, '[]'))
                    filter (where line.key is not null), '{}')
            ) as first_day
        from project work
        join assignment booking
          on booking.system = work.system
         and booking.project = work.source_id
        left join entity role on role.id = booking.role_id
        left join rate_card card
          on card.system = contract.system
         and card.contract = contract.source_id
         and card.status <> 'draft'
        left join rate_line line
          on line.system = card.system
         and line.rate_card = card.source_id
         and line.status <> 'draft'
         and line.bill_rate > 0
         and line.valid_from <= coalesce(line.valid_to, 'infinity')
         and (line.role_id = booking.role_id or line.role = '' and line.worker = '')
        where own.usable > 0
          and work.system_role = 'psa'
          and work.contract_id = contract.canonical_id
          and booking.status in ('confirmed', 'active')
          and booking.billable
          and booking.starts_on <= booking.ends_on
        group by booking.key, role.name, booking.role, booking.starts_on, booking.ends_on
    ) bare
    where bare.first_day is not null
) gap on true
left join lateral (
    select told.reason, told.look_at
    from (
        select 1 as place, 'has no rate card' as reason,
            after_working_minutes(home.calendar,
                coalesce(contract.signed_at, contract.source_updated_at), %(grace_minutes)s)
                as look_at
        where own.cards = 0 and not fallback.is_there
        union all
        select 2, 'has no approved rate card in ' || contract.currency,
            after_working_minutes(home.calendar, own.since, %(grace_minutes)s)
        where own.cards > 0 and own.usable = own.in_other_currency
          and (own.usable > 0 or own.last_day is null)
        union all
        select 3, 'has a rate card that expired on ' || to_char(own.last_day, 'FMDD FMMonth YYYY'),
            after_working_minutes(home.calendar,
                (own.last_day + 1)::timestamp at time zone 'UTC', %(grace_minutes)s)
        where own.cards > 0 and own.usable = 0 and own.last_day < 'infinity'
        union all
        select 3, 'has a rate card that was withdrawn',
            after_working_minutes(home.calendar, own.since, %(grace_minutes)s)
        where own.cards > 0 and own.usable = 0 and own.last_day = 'infinity'
        union all
        select 4, 'has a rate card until ' || to_char(own.last_day, 'FMDD FMMonth YYYY'),
            (own.last_day + 1 - %(warn_days)s)::timestamp at time zone 'UTC'
        where own.usable > own.in_other_currency and own.last_day < 'infinity'
          and own.last_day < coalesce(contract.ends_on, 'infinity')
        union all
        select 5, 'has no price for ' || gap.roles,
            after_working_minutes(home.calendar,
                gap.first_day::timestamp at time zone 'UTC', %(grace_minutes)s)
        where gap.first_day is not null
    ) told
    order by told.look_at, told.place
    limit 1
) wrong on true
left join lateral (
    select
        sum(part.amount) as amount,
        min(part.currency) as currency,
        jsonb_build_object('revenue_at_risk', jsonb_object_agg(part.key, part.amount)) as claims
    from (
        select entry.key, entry.hours * price.per_hour as amount, price.currency
        from project work
        join assignment booking
          on booking.system = work.system
         and booking.project = work.source_id
        join standard_price price on price.key = booking.key
        join time_entry entry
          on entry.system = booking.system
         and entry.worker = booking.worker
         and entry.assignment = booking.source_id
        where gap.first_day is not null
          and work.system_role = 'psa'
          and work.contract_id = contract.canonical_id
          and coalesce(booking.bill_rate, 0) = 0
          and booking.billable
          and entry.billable
          and entry.status in ('approved', 'posted')
          and entry.work_date >= gap.first_day
    ) part
    having count(*) > 0
) unpriced on true
where contract.system_role = 'crm'
