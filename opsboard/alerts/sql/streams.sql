-- A feed that stopped, told at once to integration support: one mail per connection and stop.
with stopped as (
    select
        connection.slug,
        coalesce(max(run.id), 0) as run_id,
        max(coalesce(run.ended_at, run.started_at, '-infinity')) as at
    from sync_stream stream
    join sync_connection connection on connection.slug = stream.connection_id
    left join lateral (
        select id, started_at, ended_at from sync_run
        where stream_id = stream.id
        order by started_at desc limit 1
    ) run on true
    where stream.state = 'stopped'
      and stream.active
      and connection.active
    group by connection.slug
)
insert into alerts_delivery
    (sort, person_id, about, reason, state, created_at, not_before, attempts, message_id,
     subject, last_error)
select
    'stream', person.id, 'stream:' || stopped.slug || ':' || stopped.run_id,
    'you look after the connections', 'waiting', %(now)s, %(now)s, 0,
    '<' || gen_random_uuid() || '@' || %(host)s || '>', '', ''
from stopped
join people_person person on person.role = 'integration'
where person.is_active
  and person.wants_mail
  and person.email <> ''
  and not exists (
      select from alerts_delivery told
      where told.person_id = person.id
        and told.sort = 'stream'
        and starts_with(told.about, 'stream:' || stopped.slug || ':')
        and told.created_at >= stopped.at
  )
on conflict (person_id, about) do nothing
