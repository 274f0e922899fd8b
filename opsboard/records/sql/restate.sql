-- Things that lost or gained copies, or whose own scope did, are called again what the first of
-- their systems, by name, calls them.
update records_entity entity
set code = coalesce(nullif(said.natural_key, ''), entity.code),
    name = said.entity_name,
    named_by = said.system,
    within_id = said.within_id
from (
    select distinct on (copy.entity_id)
        copy.entity_id,
        copy.system,
        {natural_key} as natural_key,
        {entity_name} as entity_name,
        scope.entity_id as within_id
    from records_crossreference copy
    join {table} record on record.key = copy.system || ':' || copy.native_id
    left join records_crossreference scope
      on scope.kind = '{scope_kind}'
     and scope.system = copy.system
     and scope.native_id = {scope_id}
    where copy.kind = '{named}'
      and copy.entity_id in ({chosen})
    order by copy.entity_id, copy.system, copy.native_id
) said
where entity.id = said.entity_id
  and (entity.code, entity.name, entity.named_by, entity.within_id) is distinct from (
      coalesce(nullif(said.natural_key, ''), entity.code),
      said.entity_name,
      said.system,
      said.within_id
  )
