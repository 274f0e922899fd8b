-- The change log: what differs in content, before and after. A newer version alone is no change.
insert into records_change
    (kind, key, op, canonical_id, system, before, after, source_version, page, at)
select
    %(kind)s,
    known.key,
    case when staged.is_deleted and not known.is_deleted then 'delete' else 'update' end,
    known.canonical_id,
    known.system,
    difference.before,
    difference.after,
    staged.source_version,
    staged.page,
    %(at)s
from staged
join {table} known on known.id = staged.id
cross join lateral (
    select
        jsonb_object_agg(old.key, old.value) as before,
        jsonb_object_agg(new.key, new.value) as after
    from jsonb_each(jsonb_build_object({known_pairs})) old
    join jsonb_each(jsonb_build_object({arriving_pairs})) new using (key)
    where old.value is distinct from new.value
) difference
where not staged.is_new
  and staged.differs
  and difference.before is not null
