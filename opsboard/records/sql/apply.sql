-- Writes what arrived; a record keeps its id, its identity and the transaction that first made it.
insert into {table}
    (id, key, system, system_role, stream, canonical_id, mapping_no, digest, page, loaded_at,
     {columns})
select
    arriving.id,
    arriving.key,
    %(system)s,
    %(role)s,
    %(stream)s,
    {canonical},
    %(mapping_no)s,
    staged.digest,
    staged.page,
    %(at)s,
    {values}
from arriving
join staged on staged.ctid = arriving.place
{identity}
on conflict (key) do update set
    mapping_no = excluded.mapping_no,
    digest = excluded.digest,
    page = excluded.page,
    loaded_at = excluded.loaded_at,
    {assignments}
