-- What every active stream has told so far, and up to when it is complete. A feed is stale
-- `tolerance` after its watermark; one that was never read, after it was first asked.
create view feed as
select
    stream.id,
    stream.connection_id || '/' || stream.name as key,
    stream.connection_id as connection,
    stream.name,
    connection.system,
    connection.role as system_role,
    stream.kind,
    stream.sort,
    stream.watermark,
    stream.interval,
    allowed.tolerance,
    coalesce(stream.watermark, asked.first_at) + allowed.tolerance as stale_at,
    stream.state,
    stream.failures,
    stream.next_attempt_at,
    stream.last_error,
    stream.remedy,
    asked.first_at,
    asked.last_at,
    stream.drift,
    refused.open_rows as refused
from sync_stream stream
join sync_connection connection on connection.slug = stream.connection_id
cross join lateral (
    select greatest(%(intervals)s * stream.interval, %(least)s) as tolerance
) allowed
left join lateral (
    select min(started_at) as first_at, max(started_at) as last_at
    from sync_run run
    where run.stream_id = stream.id
) asked on true
left join lateral (
    select count(*) as open_rows
    from sync_refusedrow row
    where row.stream_id = stream.id and row.state = 'open'
) refused on true
where stream.active and connection.active
