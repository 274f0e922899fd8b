-- Writes what arrived; a record keeps its id, its identity and the transaction that first made it.
insert into {table}
    (id, key, system, system_role, stream, canonical_id, mapping_no, digest, page, loaded_at,
     {columns})
select
    fresh.id,
    arriving.key,
    %(system)s,
    %(role)s,
    %(stream)s,
    {canonical},
    %(mapping_no)s,
    arriving.digest,
    arriving.page,
    %(at)s,
    {values}
from arriving
cross join lateral (
    select nextval(pg_get_serial_sequence('{table}', 'id')) as id where arriving.is_new
    union all
    select known.id from {table} known where known.key = arriving.key and not arriving.is_new
) fresh
{identity}
on conflict (key) do update set
    mapping_no = excluded.mapping_no,
    digest = excluded.digest,
    page = excluded.page,
    loaded_at = excluded.loaded_at,
    {assignments}
