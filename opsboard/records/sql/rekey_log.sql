-- Change rows for every copy of both identities, so that whatever follows changes looks again.
insert into records_change
    (kind, key, op, canonical_id, system, before, after, source_version, page, at)
select
    %(kind)s,
    record.key,
    %(op)s,
    touched.had,
    record.system,
    jsonb_build_object('canonical_id', touched.had),
    jsonb_build_object('canonical_id', touched.has),
    record.source_version,
    record.page,
    %(at)s
from touched
join {table} record on record.key = touched.system || ':' || touched.native_id
