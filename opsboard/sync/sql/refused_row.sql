-- Rows that are there and could not be read: their records are neither present nor absent.
create view refused_row as
select
    row.id,
    stream.connection_id || '/' || stream.name as feed,
    connection.system,
    connection.role as system_role,
    stream.kind,
    row.source_id,
    connection.system || ':' || nullif(row.source_id, '') as key,
    row.field,
    row.reason,
    row.hints,
    row.refused_at
from sync_refusedrow row
join sync_stream stream on stream.id = row.stream_id
join sync_connection connection on connection.slug = stream.connection_id
where row.state = 'open' and stream.active and connection.active
