-- MD02 Identifier has drifted
--
-- One thing bears one identity everywhere. A link that leads to no record, a record that is linked to
-- two things, one that carries another enterprise id or belongs to another contract than in the
-- system that owns it, and a live record without any link all break what is joined by it.
--
-- slug: identifier_drift
-- workflow: master_data
-- class: data_quality
-- owner: integration_support
-- integrity: yes
-- population: identity_claim
-- against: id_xref
-- feeds: middleware.id_xref, any.project, any.contract, any.party, any.worker
-- watches: id_xref
--   id_xref.of_id -> source_id
--   project
--   project.source_id -> source_id
--   project.canonical_id -> canonical_id
--   contract
--   contract.source_id -> source_id
--   contract.canonical_id -> canonical_id
--   contract.canonical_id -> belongs_to_id
--   party
--   party.source_id -> source_id
--   party.canonical_id -> belongs_to_id
--   worker
--   worker.source_id -> source_id
--   worker.canonical_id -> canonical_id
--   project_actual.project -> source_id
--   accounting_period -> any
--   legal_entity -> any
-- sensitive: booked_in_open_periods=L
-- severity: floor medium
-- period: CO-C
-- parameters: grace_minutes = 240, orphan_minutes = 540
-- specification: domain MD02. A code that was renamed is no drift, nor is a link that was merged or
--   whose validity is over. Records that lack their source are held by PS02 and WL02 and are silent
--   here. What the ledger holds on a project in periods still open is the misstatement
-- remediation:
--   1. Find out which of the two is right; ask the owners of both systems.
--   2. Repair the link in the middleware, confirmed by two people; never by renaming a code.
--   3. Replay what was carried under the wrong identity.
select
    claim.key as subject,
    claim.is_over as out_of_scope,
    case
        when wrong.letter = 'e'
        then after_working_minutes(
            coalesce(home.calendar, 'default'), wrong.since, %(orphan_minutes)s)
        when wrong.letter is not null
        then after_working_minutes(
            coalesce(home.calendar, 'default'), wrong.since, %(grace_minutes)s)
    end as look_at,
    (claim.valid_to + 1)::timestamp at time zone 'UTC' as until,
    booked.amount as misstatement,
    booked.currency,
    case when booked.amount is not null then claim.system || ':' || claim.source_id end as atom,
    case when wrong.letter in ('b', 'd') then 'high' end as severity_floor,
    coalesce(claim.entity, named.entity) as entity,
    case when claim.kind = 'project' then coalesce(claim.canonical_id, named.canonical_id) end
        as project_id,
    case when claim.kind = 'worker' then claim.canonical_id end as worker_id,
    case when claim.kind = 'party' then claim.canonical_id end as party_id,
    initcap(left(claim.kind, 1)) || substr(claim.kind, 2) || ' ' || claim.code || ' in '
        || claim.system || ' ' || wrong.reason as title,
    'identifier_drift' as root_cause,
    coalesce(named.key, claim.system || ':' || claim.source_id) as root_entity,
    initcap(left(claim.kind, 1)) || substr(claim.kind, 2) || ' ' || claim.code || ' in '
        || claim.system || ' has drifted' as cause_title,
    claim.kind as of_a,
    claim.system as of_system,
    claim.source_id as native_id,
    claim.code,
    wrong.letter as sort_of_drift,
    wrong.says,
    wrong.should_say,
    booked.amount as booked_in_open_periods
from identity_claim claim
left join lateral (
    select found.*
    from (
        select 'a' as letter, 'is linked to ' || claim.source_id || ', which does not exist'
            as reason, claim.source_id as says, null as should_say, claim.since
        where claim.sort = 'link'
          and exists (
              select from feed
              where feed.system = claim.system
                and feed.kind = claim.kind
          )
          and not exists (
              select from linked_record record
              where record.key = claim.system || ':' || claim.source_id
                and record.kind = claim.kind
          )
        union all
        select 'b', 'bears the id of ' || other.canonical || ', too', claim.code,
            other.canonical, claim.since
        from id_xref other
        where claim.sort = 'link'
          and other.of_id = claim.source_id
          and other.of_kind = claim.kind
          and other.of_system = claim.system
          and other.status = 'confirmed'
          and other.canonical <> claim.code
          and (coalesce(other.valid_from, '-infinity'), other.key)
              < (coalesce(claim.valid_from, '-infinity'), claim.key)
          and coalesce(claim.valid_from, '-infinity') <= coalesce(other.valid_to, 'infinity')
        union all
        select
            case when claim.bearer <> lead.bearer then 'c' else 'd' end,
            case
                when claim.bearer <> lead.bearer then 'carries another enterprise id than in '
                when claim.kind = 'project' then 'belongs to another contract than in '
                else 'belongs to another customer than in ' end || lead.system,
            case when claim.bearer <> lead.bearer then claim.bearer else mine.code end,
            case when claim.bearer <> lead.bearer then lead.bearer else theirs.code end,
            claim.since
        from linked_record lead
        left join entity mine on mine.id = claim.belongs_to_id
        left join entity theirs on theirs.id = lead.belongs_to_id
        where claim.sort = 'record'
          and lead.canonical_id = claim.canonical_id
          and lead.kind = claim.kind
          and lead.key <> claim.key
          and (
              lead.system_role = case claim.kind when 'project' then 'psa' when 'worker' then 'hcm' end
              and claim.bearer <> '' and lead.bearer <> '' and claim.bearer <> lead.bearer
              or lead.system_role = 'crm' and claim.belongs_to_id <> lead.belongs_to_id
          )
        union all
        select 'e', 'has no link to other systems', null, null, claim.since
        where claim.sort = 'record'
          -- Only where the middleware links such records at all, which is looked up last.
          and case when not exists (
              select from id_xref link
              where link.of_id = claim.source_id
                and link.of_kind = claim.kind
                and link.of_system = claim.system
                and link.status in ('confirmed', 'proposed')
          ) then exists (
              select from id_xref any_link
              where any_link.of_kind = claim.kind
                and any_link.of_system = claim.system
          ) else false end
          -- Held where the record is missed: WL02 for people, PS02 for projects.
          and (claim.kind not in ('worker', 'project') or exists (
              select from linked_record source
              where source.canonical_id = claim.canonical_id
                and source.kind = claim.kind
                and source.key <> claim.key
                and source.system_role = case
                    when claim.kind = 'worker' then 'hcm'
                    when claim.system_role = 'psa' then 'erp' else 'psa' end
          ) or claim.system_role = 'hcm')
    ) found
    order by found.letter
    limit 1
) wrong on true
left join lateral (
    -- The record that a link should lead to, by the code that both know it by.
    select record.key, record.canonical_id, record.entity
    from linked_record record
    where wrong.letter is not null
      and claim.sort = 'link'
      and record.kind = claim.kind
      and record.system = claim.system
      and record.code = claim.code
    order by record.key
    limit 1
) named on true
left join entity_calendar home on home.entity = coalesce(claim.entity, named.entity)
left join lateral (
    select sum(actual.cost_amount_functional) as amount, max(company.functional_currency) as currency
    from posted_actual actual
    join legal_entity company on company.key = actual.system || ':' || actual.legal_entity
    join (
        -- Once for each entity, not once for each of its lines.
        select
            period.entity,
            range_agg(daterange(period.starts_on, period.ends_on, '[]')) as days
        from accounting_period period
        where period.system_role = 'erp'
          and period.module = 'project'
          and period.status in ('open', 'closing')
          and period.starts_on <= period.ends_on
        group by period.entity
    ) still_open
      on still_open.entity = actual.entity
     and still_open.days @> coalesce(actual.accounting_date, actual.work_date)
    where wrong.letter in ('b', 'c', 'd', 'e')
      and claim.kind = 'project'
      and actual.system = claim.system
      and actual.project = claim.source_id
    having sum(actual.cost_amount_functional) <> 0
) booked on true
