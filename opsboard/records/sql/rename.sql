-- An entity is called what the first of its systems, by name, calls it.
update records_entity entity
set code = coalesce(nullif(staged.natural_key, ''), entity.code),
    name = staged.entity_name,
    named_by = %(system)s
from arriving
join staged on staged.ctid = arriving.place
join records_crossreference copy
  on copy.kind = %(kind)s
 and copy.system = %(system)s
 and copy.native_id = staged.source_id
where entity.id = copy.entity_id
  and %(system)s <= entity.named_by
  and (entity.code, entity.name, entity.named_by) is distinct from
      (coalesce(nullif(staged.natural_key, ''), entity.code), staged.entity_name, %(system)s)
