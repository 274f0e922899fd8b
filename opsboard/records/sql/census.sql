-- A census lists every id that exists. What it lacks was deleted; what it has and an older census
-- lacked is back. Records loaded from later pages than the census are none of its business.
with listed as (
    select %(system)s || ':' || id as key from unnest(%(ids)s::text[]) id
),
verdict as (
    select record.id, record.is_deleted as was_deleted
    from {table} record
    left join listed using (key)
    where record.stream = %(stream)s
      and record.page < %(page)s
      and ((listed.key is null and not record.is_deleted)
           or (listed.key is not null and record.is_deleted and record.digest like 'z%%'))
),
moved as (
    update {table} record
    set is_deleted = not verdict.was_deleted,
        digest = case
            when verdict.was_deleted then substr(record.digest, 2)
            else 'z' || left(record.digest, 39)
        end,
        page = %(page)s,
        loaded_at = %(at)s
    from verdict
    where record.id = verdict.id
    returning record.*
)
insert into records_change
    (kind, key, op, canonical_id, system, before, after, source_version, page, at)
select
    %(kind)s,
    moved.key,
    case when moved.is_deleted then 'delete' else 'update' end,
    moved.canonical_id,
    moved.system,
    jsonb_build_object('is_deleted', not moved.is_deleted),
    jsonb_build_object('is_deleted', moved.is_deleted),
    moved.source_version,
    %(page)s,
    %(at)s
from moved
