-- The names that are to be compared, with the systems that know them, and an index to do it by.
-- What every system knows has nothing to be found.
create temp table compared on commit drop as
select entity.id, entity.name, array_agg(copy.system::text) as systems
from records_entity entity
join records_crossreference copy on copy.entity_id = entity.id
where entity.kind = %(kind)s
  and entity.merged_into_id is null
  and entity.name <> ''
group by entity.id
having count(distinct copy.system) < (
    select count(distinct every.system) from records_crossreference every
    where every.kind = %(kind)s
);

create index on compared using gin (name gin_trgm_ops);

analyze compared
