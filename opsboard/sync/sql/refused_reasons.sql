-- Open refusals by what is wrong, most first.
select
    stream.connection_id  as connection,
    connection.title,
    stream.name           as stream,
    stream.kind,
    row.field,
    min(row.reason)       as reason,
    count(distinct row.reason) as reasons,
    count(*)              as rows,
    min(row.refused_at)   as since
from sync_refusedrow row
join sync_stream stream on stream.id = row.stream_id and stream.active
join sync_connection connection on connection.slug = stream.connection_id and connection.active
where row.state = 'open'
group by stream.connection_id, connection.title, stream.name, stream.kind, row.field
order by rows desc, since
