-- Gives every newly named record of a shared kind the entity it is a copy of (domain.md 0.1, 0.11).
-- First by the middleware's word, then by an exact natural key, which matches an entity that this
-- system holds no copy of yet; two records of one system are never merged by code alone. Whatever
-- is left is an entity of its own. What was merged away stands for what it was merged into.
with unknown as (
    select naming.*
    from naming
    where not exists (
        select from records_crossreference known
        where known.kind = %(kind)s
          and known.system = naming.system
          and known.native_id = naming.native_id
    )
),
told as (
    select distinct on (unknown.native_id)
        copy.entity_id as id,
        unknown.native_id,
        said.key as derivation
    from unknown
    join records_idxref said
      on said.of_id = unknown.native_id
     and said.of_kind = %(kind)s
     and said.of_system = unknown.system
     and {said_holds}
    join records_idxref other
      on other.canonical = said.canonical
     and other.of_kind = said.of_kind
     and other.system = said.system
     and {other_holds}
    join records_crossreference copy
      on copy.kind = %(kind)s
     and copy.system = other.of_system
     and copy.native_id = other.of_id
    order by unknown.native_id, copy.entity_id
),
candidate as (
    select distinct on (unknown.native_id) kept.id, unknown.native_id
    from unknown
    join records_entity entity
      on entity.kind = %(kind)s
     and lower(entity.code) = lower(unknown.natural_key)
     and coalesce(entity.within_id, 0) = coalesce(unknown.within_id, 0)
    join records_entity kept on kept.id = coalesce(entity.merged_into_id, entity.id)
    where unknown.natural_key <> ''
      and kept.merged_into_id is null
      and not exists (select from told where told.native_id = unknown.native_id)
      and not exists (
          select from records_crossreference taken
          where taken.entity_id = kept.id
            and taken.system = unknown.system
      )
    order by
        unknown.native_id,
        entity.code = unknown.natural_key desc,
        entity.merged_into_id is null desc,
        entity.id
),
matched as (
    select distinct on (id) id, native_id from candidate order by id, native_id
),
own as (
    select nextval(pg_get_serial_sequence('records_entity', 'id')) as id, unknown.*
    from unknown
    where not exists (select from matched where matched.native_id = unknown.native_id)
      and not exists (select from told where told.native_id = unknown.native_id)
),
opened as (
    insert into records_entity (id, kind, code, name, named_by, within_id)
    select id, %(kind)s, natural_key, entity_name, system, within_id
    from own
)
insert into records_crossreference
    (kind, system, native_id, entity_id, strength, derivation, valid_from)
select %(kind)s, %(system)s, native_id, id, 'derived', derivation, %(at)s::timestamptz from told
union all
select %(kind)s, %(system)s, native_id, id, 'exact', '', %(at)s from matched
union all
select %(kind)s, %(system)s, native_id, id, 'exact', '', %(at)s from own
