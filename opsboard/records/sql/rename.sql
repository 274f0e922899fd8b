-- An entity is called what the first of its systems, by name, calls it.
update records_entity entity
set code = case when arriving.natural_key = '' then entity.code else arriving.natural_key end,
    name = arriving.entity_name,
    named_by = %(system)s
from arriving
join records_crossreference copy
  on copy.kind = %(kind)s
 and copy.system = %(system)s
 and copy.native_id = arriving.native_id
where entity.id = copy.entity_id
  and %(system)s <= entity.named_by
  and (entity.name, entity.named_by) is distinct from (arriving.entity_name, %(system)s)
