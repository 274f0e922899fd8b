-- Who is to own the groups in `unsure`: the first rule whose conditions all hold (domain.md E, F). What
-- a person handed over stays with whom it was handed to, while they are here. A rule may name a person
-- by login, or "project_manager", who is found through the worker number of the project; where it
-- has the least loaded picked, whoever was picked before stays.
create temp table chosen on commit drop as
with able as materialized (
    select *
    from jsonb_to_recordset(%(people)s::jsonb) as known (
        id bigint, login text, worker_no text, team text, entities text[], works text[]
    )
),
rule as materialized (
    select *
    from jsonb_to_recordset(%(rules)s::jsonb) as known (
        number int, control text[], workflow text[], cause text[], error_class text[],
        legal_entity text[], practice text[], client text[], project_manager text[],
        amount numeric, team text, person text, pick text
    )
),
live as materialized (
    select found.*,
        greatest(found.value_at_risk, found.cost_at_risk, found.misstatement) as amount,
        found.assigned_by_hand and (found.owner_id is null or found.owner_id in (
            select id from people_person where is_active
        )) as is_handed
    from exceptions_group found
    where found.id in (select id from unsure)
      and found.is_unsettled
),
-- What the systems say of the projects; the delivery system first, it knows who manages them.
project_fact as materialized (
    select
        project.canonical_id as id,
        array_agg(distinct project.practice) as practices,
        (array_agg(worker.worker_no order by project.system_role <> 'psa', project.key)
            filter (where worker.worker_no <> ''))[1] as manager,
        (array_agg(project.party_id order by project.system_role <> 'erp', project.key)
            filter (where project.party_id is not null))[1] as party_id
    from project
    left join worker
      on worker.key = project.system || ':' || nullif(project.project_manager, '')
    where %(asks_projects)s
      and project.canonical_id in (select project_id from live)
    group by project.canonical_id
),
party_fact as materialized (
    select party.canonical_id as id,
        array_agg(party.code) || array_agg(party.legal_name) || array_agg(party.trading_name)
            as names
    from party
    where %(asks_projects)s
      and party.canonical_id in (
          select party_id from live union select party_id from project_fact
      )
    group by party.canonical_id
)
select
    live.id,
    live.workflow,
    live.legal_entity,
    live.severity,
    live.is_handed,
    case when live.is_handed then live.team_id else rule.team end as team,
    case when live.is_handed then live.owner_id
        else coalesce(manager.id, named.id, kept.id) end as owner,
    not live.is_handed
        and rule.pick <> ''
        and coalesce(manager.id, named.id, kept.id) is null as is_picked,
    false as is_left,
    case when live.is_handed
            then split_part(live.owner_reason, '; in the absence of ', 1)
        else 'because ' || coalesce(nullif(concat_ws(' and ',
            case when rule.control is not null then 'the control is ' || live.control end,
            case when rule.workflow is not null
                then 'it belongs to ' || replace(live.workflow, '_', ' ') end,
            case when rule.cause is not null
                then 'the cause is ' || replace(live.cause, '_', ' ') end,
            case when rule.error_class is not null
                then 'it is a fault of ' || replace(live.error_class, '_', ' ') end,
            case when rule.legal_entity is not null
                then 'the entity is ' || live.legal_entity end,
            case when rule.practice is not null then 'the practice is ' || (
                select practice from unnest(project_fact.practices) practice
                where practice = any(rule.practice) order by practice limit 1) end,
            case when rule.client is not null then 'the client is ' || (
                select client from unnest(party_fact.names) with ordinality named (client, nth)
                where client = any(rule.client) order by nth limit 1) end,
            case when rule.project_manager is not null
                then 'the project manager is ' || project_fact.manager end,
            case when rule.amount is not null then 'so much is at risk' end
        ), ''), 'no other rule fits') || case
            when manager.id is not null then '; as manager of the project'
            when named.id is not null then ''
            when rule.pick <> '' then '; least to do in the team'
            else '' end
    end as reason
from live
left join project_fact on project_fact.id = live.project_id
left join party_fact on party_fact.id = coalesce(live.party_id, project_fact.party_id)
cross join lateral (
    select rule.*
    from rule
    where (rule.control is null or live.control = any(rule.control))
      and (rule.workflow is null or live.workflow = any(rule.workflow))
      and (rule.cause is null or live.cause = any(rule.cause))
      and (rule.error_class is null or live.error_class = any(rule.error_class))
      and (rule.legal_entity is null or live.legal_entity = any(rule.legal_entity))
      and (rule.practice is null or project_fact.practices && rule.practice)
      and (rule.client is null or party_fact.names && rule.client)
      and (rule.project_manager is null or project_fact.manager = any(rule.project_manager))
      and (rule.amount is null or live.amount >= rule.amount)
    order by rule.number
    limit 1
) rule
left join lateral (
    select able.id
    from able
    where rule.person = 'project_manager'
      and able.worker_no = project_fact.manager
      and (cardinality(able.entities) = 0 or live.legal_entity = any(able.entities))
    order by able.id
    limit 1
) manager on true
left join able named
  on named.login = rule.person
 and (cardinality(named.entities) = 0 or live.legal_entity = any(named.entities))
left join able kept
  on rule.pick <> ''
 and kept.id = live.owner_id
 and kept.team = rule.team
 and (cardinality(kept.entities) = 0 or live.legal_entity = any(kept.entities))
 and (kept.works is null or live.workflow = any(kept.works))
