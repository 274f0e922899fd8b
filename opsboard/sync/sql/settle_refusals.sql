-- A refused row is settled when its record has come after all, or when a newer version of the same
-- record was refused in its place: what stays open is one row per record.
update sync_refusedrow row
set state = case when row.source_id = any(%(loaded)s::text[]) then 'replayed' else 'dismissed' end,
    settled_at = %(at)s
from (
    select unnest(%(loaded)s::text[]) as source_id, null::bigint as page
    union all
    select key, value::bigint from jsonb_each_text(%(refused)s::jsonb)
) verdict
where row.stream_id = %(stream)s
  and row.state = 'open'
  and row.source_id = verdict.source_id
  and (verdict.page is null or row.page_id is null or row.page_id < verdict.page)
