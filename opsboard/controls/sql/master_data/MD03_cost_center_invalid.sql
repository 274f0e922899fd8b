-- MD03 Cost centre invalid
--
-- The cost centre of a person or a project must exist, take postings, be valid today and belong to the
-- same legal entity; otherwise whatever is posted there is refused. A closure that is known ahead is
-- told two weeks before it happens.
--
-- slug: cost_center_invalid
-- workflow: master_data
-- class: data_quality
-- owner: finance_billing
-- population: cost_center_user
-- against: cost_center where system_role = 'erp'
-- feeds: any.cost_center, any.worker, any.project
-- severity: floor low
-- period: CO-C
-- parameters: grace_minutes = 540, warn_days = 14
-- incremental: no, refused messages lead to people only through the time that they carry
-- specification: domain MD03; the record of the system that owns the cost centre is judged, HR for
--   people and the ERP for projects. Bookings and pending postings have none of their own. Money is
--   that of approved time which the ERP refused for its cost centre. The warning comes 14 calendar
--   days before, about ten working days
-- remediation:
--   1. Ask finance which cost centre follows the invalid one, and record it as its successor.
--   2. Correct people in HR and projects in the ERP, from the day of the change.
--   3. Have the middleware replay what was refused meanwhile.
select
    owner.key as subject,
    owner.is_out_of_scope as out_of_scope,
    case
        when owner.cost_center = '' then null
        when center.key is null or center.is_blocked or center.entity <> owner.entity
        then after_working_minutes(
            coalesce(home.calendar, 'default'),
            greatest(owner.since, center.since),
            %(grace_minutes)s
        )
        when center.valid_to is not null
        then greatest(
            (center.valid_to - %(warn_days)s)::timestamp at time zone 'UTC',
            after_working_minutes(
                coalesce(home.calendar, 'default'), owner.since, %(grace_minutes)s
            )
        )
        when center.valid_from > (owner.since at time zone 'UTC')::date
        then after_working_minutes(
            coalesce(home.calendar, 'default'), owner.since, %(grace_minutes)s
        )
    end as look_at,
    case
        when center.key is not null and not center.is_blocked and center.entity = owner.entity
            and center.valid_to is null and owner.cost_center <> ''
        then center.valid_from::timestamp at time zone 'UTC'
    end as until,
    waiting.revenue as revenue_at_risk,
    waiting.cost as cost_at_risk,
    waiting.currency,
    waiting.cost_currency,
    waiting.claims,
    owner.entity,
    owner.project_id,
    owner.worker_id,
    owner.name || ' sits on cost centre ' || coalesce(center.code, owner.cost_center) || ', which '
        || case
            when center.key is null then 'does not exist'
            when center.entity <> owner.entity then 'belongs to ' || center.entity
            when center.valid_to is not null
                then 'ends on ' || to_char(center.valid_to, 'FMDD FMMonth YYYY')
            when center.is_blocked then 'takes no postings'
            else 'begins on ' || to_char(center.valid_from, 'FMDD FMMonth YYYY') end as title,
    'cost_center_invalid' as root_cause,
    coalesce('cost_center:' || center.canonical_id, owner.system || ':' || owner.cost_center)
        as root_entity,
    'Cost centre ' || coalesce(center.code, owner.cost_center)
        || case when center.key is null then ' does not exist' else ' takes no postings' end
        as cause_title,
    owner.name,
    owner.kind as of_a,
    coalesce(center.code, owner.cost_center) as cost_center,
    center.status as cost_center_status,
    center.posting_allowed,
    center.valid_from,
    center.valid_to,
    center.entity as cost_center_entity,
    waiting.entries as refused_entries
from cost_center_user owner
left join entity_calendar home on home.entity = owner.entity
left join lateral (
    -- What the ERP says of it counts; what the owner's own system says, where the ERP is silent.
    select
        copy.key,
        copy.canonical_id,
        copy.code,
        copy.status,
        copy.posting_allowed,
        copy.valid_from,
        copy.valid_to,
        copy.entity,
        copy.source_updated_at as since,
        not copy.posting_allowed or copy.status in ('blocked', 'closed') as is_blocked
    from cost_center copy
    where copy.canonical_id = owner.cost_center_id
    order by copy.system_role = 'erp' desc, copy.system = owner.system desc, copy.key
    limit 1
) center on true
left join (
    select
        entry.worker_id,
        count(*) as entries,
        sum(worth.revenue) as revenue,
        sum(worth.cost) as cost,
        min(worth.currency) as currency,
        min(worth.cost_currency) as cost_currency,
        jsonb_build_object(
            'revenue_at_risk', jsonb_object_agg(entry.key, coalesce(worth.revenue, 0)),
            'cost_at_risk', jsonb_object_agg(entry.key, coalesce(worth.cost, 0))
        ) as claims
    from integration_message refused
    join time_entry entry on entry.key = refused.subject_key
    cross join lateral (
        select payload.revenue, payload.cost, payload.currency, payload.cost_currency
        from message_payload payload
        where payload.key = entry.key
          and payload.kind = 'time_entry'
        limit 1
    ) worth
    where refused.outcome in ('rejected', 'quarantined')
      and refused.error_code like '%cost_cent%'
      and entry.status = 'approved'
    group by entry.worker_id
) waiting on waiting.worker_id = owner.worker_id
    and (center.is_blocked or center.valid_to is not null)
