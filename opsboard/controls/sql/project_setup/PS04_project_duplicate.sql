-- PS04 The same work as two live projects
--
-- One contract, legal entity and phase is one project in a system, and so is one enterprise project
-- id. Where there are two, the later one is a duplicate: people book and bill on both, and the
-- backlog counts the work twice. Two projects of a customer that only look the same, by name, start
-- and value, are suggested; a person decides.
--
-- slug: project_duplicate
-- workflow: project_setup
-- class: data_quality
-- owner: pmo
-- population: project where system_role = 'psa'
-- feeds: psa.project
-- watches: project
--   project.party_id -> party_id
--   project_actual.project_id -> canonical_id
--   party.canonical_id -> party_id
--   legal_entity -> any
-- sensitive: actual_value=B, backlog=B
-- period: CO-C
-- parameters: likeness_percent = 92, days_apart = 14, value_permille = 10, grace_days = 1
-- specification: domain PS04. The PSA's projects are compared, where people book; two of them have
--   two copies in the other systems as well. The later is the one with the higher native id. Its
--   backlog is its contract value less what is posted on it, and its budget is the same money.
--   Actuals of several currencies are counted in the project's alone. That one message was applied
--   twice is IN06's; projects without a customer are not compared
-- remediation:
--   1. Ask both project managers which project the work belongs to; the system of record decides.
--   2. Move what was posted on the other with adjustments; never edit posted lines.
--   3. Cancel it in the PSA, close it in the ERP, and mark its links as merged into the survivor.
select
    project.key as subject,
    project.status not in ('approved', 'active', 'on_hold') as out_of_scope,
    case when project.status in ('approved', 'active', 'on_hold') and twin.key is not null
        then case when twin.is_exact
            then coalesce(project.source_updated_at, project.starts_on::timestamp at time zone 'UTC')
            else after_business_days(
                home.calendar,
                coalesce(project.source_updated_at, project.starts_on::timestamp at time zone 'UTC'),
                %(grace_days)s
            )
        end
    end as look_at,
    posted.bill as misstatement,
    posted.cost as misstatement_cost,
    greatest(0, project.tcv - coalesce(posted.bill, 0)) as exposure_only,
    project.currency,
    posted.cost_currency,
    case when twin.is_exact then 'high' end as severity_floor,
    case when not twin.is_exact then 'suggested' end as match_strength,
    project.entity,
    project.canonical_id as project_id,
    project.party_id,
    project.code || ' ' || project.name || ' of ' || coalesce(customer.name, project.party)
        || case when twin.is_exact then ' is the same work as ' else ' looks like ' end
        || twin.code as title,
    case when twin.is_exact then 'duplicate' else 'duplicate_suggested' end as root_cause,
    'project:' || project.canonical_id as root_entity,
    project.code,
    twin.code as other_code,
    project.name,
    twin.name as other_name,
    twin.shared as in_common,
    coalesce(customer.name, project.party) as customer,
    project.starts_on,
    twin.starts_on as other_starts_on,
    posted.lines as posted_lines,
    posted.bill as actual_value,
    project.tcv - coalesce(posted.bill, 0) as backlog
from project
left join entity customer on customer.id = project.party_id
left join entity_calendar home on home.entity = project.entity
left join lateral (
    select
        other.key,
        other.code,
        other.name,
        other.starts_on,
        match.shared <> 'name, start and value' as is_exact,
        match.shared
    from project other
    cross join lateral (
        select case
            when other.enterprise_project_id <> ''
                and other.enterprise_project_id = project.enterprise_project_id
            then 'enterprise id'
            when other.legal_entity <> project.legal_entity or other.parent <> project.parent
            then null
            when other.phase_no = project.phase_no and (
                other.contract <> '' and other.contract = project.contract
                or other.opportunity <> '' and other.opportunity = project.opportunity
            )
            then 'contract, legal entity and phase'
            when similarity(lower(other.name), lower(project.name)) * 100 >= %(likeness_percent)s
                and abs(other.starts_on - project.starts_on) <= %(days_apart)s
                and abs(other.tcv - project.tcv) * 1000 <= %(value_permille)s * project.tcv
            then 'name, start and value'
        end as shared
    ) match
    where match.shared is not null
      and other.system = project.system
      and other.party = project.party
      and project.party <> ''
      and other.type = project.type
      and other.status in ('approved', 'active', 'on_hold')
      and (length(other.source_id), other.source_id)
          < (length(project.source_id), project.source_id)
    order by match.shared = 'name, start and value', length(other.source_id), other.source_id
    limit 1
) twin on true
cross join lateral (
    select
        count(*) as lines,
        sum(actual.bill_amount) filter (where actual.bill_currency = project.currency) as bill,
        sum(actual.cost_amount) as cost,
        max(actual.cost_currency) as cost_currency
    from posted_actual actual
    where actual.project_id = project.canonical_id
      and twin.key is not null
) posted
where project.system_role = 'psa'
