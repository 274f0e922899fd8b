-- An entity is called what the first of its systems, by name, calls it; where that system holds two
-- copies, what the first of them says.
update records_entity entity
set code = coalesce(nullif(said.natural_key, ''), entity.code),
    name = said.entity_name,
    named_by = said.system,
    within_id = coalesce(said.within_id, entity.within_id)
from (
    select distinct on (copy.entity_id) copy.entity_id, naming.*
    from naming
    join records_crossreference copy
      on copy.kind = %(kind)s
     and copy.system = naming.system
     and copy.native_id = naming.native_id
    order by copy.entity_id, naming.system, naming.native_id
) said
where entity.id = said.entity_id
  and said.system <= entity.named_by
  and (entity.code, entity.name, entity.named_by, entity.within_id) is distinct from (
      coalesce(nullif(said.natural_key, ''), entity.code),
      said.entity_name,
      said.system,
      coalesce(said.within_id, entity.within_id)
  )
