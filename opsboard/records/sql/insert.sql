-- Writes the records that nobody knew: what makes them, and the thing they are a copy of.
insert into {table}
    (id, key, system, system_role, stream, canonical_id, mapping_no, digest, page, loaded_at,
     {columns})
select
    staged.id,
    staged.key,
    %(system)s,
    %(role)s,
    %(stream)s,
    {canonical},
    %(mapping_no)s,
    staged.digest,
    staged.page,
    %(at)s,
    {values}
from staged
{identity}
where staged.is_new
