-- The same row refused again is the same refused row: it keeps its place in the list, and says
-- what is wrong with it now.
insert into sync_refusedrow
    (stream_id, page_id, line, source_id, field, reason, row, hints, fingerprint, state, refused_at)
select
    %(stream)s, one.page, one.line, one.source_id, one.field, one.reason, one.row, one.hints,
    one.fingerprint, 'open', %(at)s
from jsonb_to_recordset(%(rows)s::jsonb)
    as one (page bigint, line int, source_id text, field text, reason text, row text, hints jsonb,
            fingerprint text)
on conflict (stream_id, fingerprint) where state = 'open'
do update set
    page_id = excluded.page_id,
    line = excluded.line,
    source_id = excluded.source_id,
    field = excluded.field,
    reason = excluded.reason,
    hints = excluded.hints
