-- What a batch of pages brought is added to the runs that brought it.
with counted as (
    select run, sum(rows) as rows, sum(refused) as refused, sum(changed) as changed,
           sum(deleted) as deleted
    from jsonb_to_recordset(%(counts)s::jsonb)
        as one (run bigint, rows int, refused int, changed int, deleted int)
    group by run
)
update sync_run run
set rows = run.rows + counted.rows,
    refused = run.refused + counted.refused,
    changed = run.changed + counted.changed,
    deleted = run.deleted + counted.deleted
from counted
where counted.run = run.id
