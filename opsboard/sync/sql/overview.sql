-- Every stream that is asked, with what its runs of the last day brought and what it still refuses.
select
    connection.slug          as connection,
    connection.title,
    connection.connector,
    connection.role,
    connection.resting_until,
    stream.id                as stream,
    stream.name,
    stream.kind,
    stream.interval,
    stream.watermark,
    stream.state,
    stream.next_attempt_at,
    stream.last_error,
    stream.remedy,
    array(select jsonb_array_elements_text(stream.drift)) as drift,
    coalesce(day.rows, 0)    as rows,
    coalesce(day.changed, 0) as changed,
    coalesce(day.deleted, 0) as deleted,
    coalesce(open.refused, 0) as refused,
    last.state               as last_state,
    last.started_at          as last_at,
    last.correlation_id
from sync_connection connection
left join sync_stream stream on stream.connection_id = connection.slug and stream.active
left join lateral (
    select sum(run.rows) as rows, sum(run.changed) as changed, sum(run.deleted) as deleted
    from sync_run run
    where run.stream_id = stream.id and run.started_at > %(since)s
) day on true
left join lateral (
    select count(*) as refused
    from sync_refusedrow row
    where row.stream_id = stream.id and row.state = 'open'
) open on true
left join lateral (
    select run.state, run.started_at, run.correlation_id
    from sync_run run
    where run.stream_id = stream.id
    order by run.started_at desc
    limit 1
) last on true
where connection.active
  and (%(connection)s = '' or connection.slug = %(connection)s)
order by connection.slug, stream.name
