-- Up to when each feed has been read completely, and how many causes are open to this reader.
with open_group as (
    select coalesce(sum(groups), 0) as number
    from exceptions_tally
    where cardinality(%(entities)s::text[]) = 0 or legal_entity = any(%(entities)s::text[])
),
feed as (
    select connection.slug, connection.role, connection.title, stream.watermark, stream.interval,
           stream.state
    from sync_stream stream
    join sync_connection connection on connection.slug = stream.connection_id
    where stream.active and connection.active
)
select (select number from open_group)::bigint as open_groups, feed.*
from (values (1)) as always(row)
left join feed on true
order by feed.slug
