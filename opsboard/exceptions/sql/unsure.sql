-- The groups whose owner is to be decided again: what is new or changed, what rests on rules, people,
-- projects or customers that are no longer what they were, and what nobody has taken for long.
create temp table unsure on commit drop as
with project as (
    -- New versions and new records since the last look, by what they are now and were before.
    select record.canonical_id as id, record.key
    from records_project record
    where %(asks_projects)s
      and record.created_xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
      and not pg_visible_in_snapshot(record.created_xid, %(seen)s::pg_snapshot)
    union
    select logged.canonical_id, logged.key
    from records_change logged
    where %(asks_projects)s
      and logged.kind = 'project'
      and logged.xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
      and not pg_visible_in_snapshot(logged.xid, %(seen)s::pg_snapshot)
),
named as materialized (
    select record.canonical_id as id, record.system, record.source_id
    from records_worker record
    where %(asks_projects)s
      and record.created_xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
      and not pg_visible_in_snapshot(record.created_xid, %(seen)s::pg_snapshot)
    union
    select record.canonical_id, record.system, record.source_id
    from records_party record
    where %(asks_projects)s
      and record.created_xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
      and not pg_visible_in_snapshot(record.created_xid, %(seen)s::pg_snapshot)
    union
    select logged.canonical_id, logged.system, substr(logged.key, length(logged.system) + 2)
    from records_change logged
    where %(asks_projects)s
      and logged.kind in ('worker', 'party')
      and logged.xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
      and not pg_visible_in_snapshot(logged.xid, %(seen)s::pg_snapshot)
)
select id from exceptions_group where is_unsettled and key in (select key from touched)
union
select id from exceptions_group where is_unsettled and team_id is null
union
select id from exceptions_group where is_unsettled and %(everything)s
union
select id from exceptions_group where is_unsettled and owner_id = any(%(changed)s)
union
-- Somebody new, or back, may be who was looked for.
select id from exceptions_group
where is_unsettled and owner_id is null and cardinality(%(changed)s::bigint[]) > 0
union
select id from exceptions_group
where is_unsettled and project_id in (select id from project)
union
select id from exceptions_group where is_unsettled and party_id in (select id from named)
union
select live.id
from exceptions_group live
join records_project record on record.canonical_id = live.project_id
join named
  on named.system = record.system
 and named.source_id in (record.project_manager, record.party)
where live.is_unsettled
union
select id from exceptions_group
where is_unsettled
  and owner_id is null
  and unowned_since < %(as_of)s - make_interval(mins => %(limit)s)
