-- The same for every record that refers to either identity by {field}: it now means another thing.
insert into records_change
    (kind, key, op, canonical_id, system, before, after, source_version, page, at)
select
    '{referrer}',
    record.key,
    %(op)s,
    record.canonical_id,
    record.system,
    jsonb_build_object('{field}', record.{field}),
    jsonb_build_object('{field}', record.{field}),
    record.source_version,
    record.page,
    %(at)s
from touched
join {table} record on record.system = touched.system and record.{field} = touched.native_id
