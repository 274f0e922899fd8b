-- Gives every arriving record of a shared kind the entity it is a copy of (domain.md 0.1, 0.11).
-- An exact natural key matches an entity that this system holds no copy of yet; two records of one
-- system are never merged by code alone. Whatever is left is an entity of its own.
with unknown as (
    select staged.source_id as native_id, staged.natural_key, staged.entity_name
    from arriving
    join staged on staged.ctid = arriving.place
    where not exists (
        select from records_crossreference known
        where known.kind = %(kind)s
          and known.system = %(system)s
          and known.native_id = staged.source_id
    )
),
candidate as (
    select distinct on (unknown.native_id) entity.id, unknown.native_id
    from unknown
    join records_entity entity
      on entity.kind = %(kind)s
     and lower(entity.code) = lower(unknown.natural_key)
    where unknown.natural_key <> ''
      and not exists (
          select from records_crossreference taken
          where taken.entity_id = entity.id
            and taken.system = %(system)s
      )
    order by unknown.native_id, entity.code = unknown.natural_key desc, entity.id
),
matched as (
    select distinct on (id) id, native_id from candidate order by id, native_id
),
own as (
    select
        nextval(pg_get_serial_sequence('records_entity', 'id')) as id,
        unknown.native_id,
        unknown.natural_key,
        unknown.entity_name
    from unknown
    where not exists (select from matched where matched.native_id = unknown.native_id)
),
opened as (
    insert into records_entity (id, kind, code, name, named_by)
    select id, %(kind)s, natural_key, entity_name, %(system)s
    from own
)
insert into records_crossreference (kind, system, native_id, entity_id, strength)
select %(kind)s, %(system)s, native_id, id, 'exact' from matched
union all
select %(kind)s, %(system)s, native_id, id, 'exact' from own
