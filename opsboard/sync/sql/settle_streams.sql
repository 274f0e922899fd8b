-- Streams as their connectors declare them; a stream that is declared no longer becomes inactive.
-- Another interval is in force at once; another mapping counts one up.
with declared as (
    select one.*, make_interval(secs => one.seconds) as interval
    from jsonb_to_recordset(%(declared)s::jsonb)
        as one (connection text, name text, kind text, sort text, snapshot bool, seconds float,
                active bool, mapping_version text)
),
gone as (
    update sync_stream stream
    set active = false
    where stream.active
      and not exists (
          select from declared
          where declared.connection = stream.connection_id and declared.name = stream.name
      )
)
insert into sync_stream as stream
    (connection_id, name, kind, sort, snapshot, interval, active, mapping_version, mapping_no,
     cursor, state, failures, last_error, remedy, drift)
select
    connection, name, kind, sort, snapshot, interval, active, mapping_version, 1,
    '', 'ready', 0, '', '', '[]'
from declared
on conflict (connection_id, name) do update set
    sort = excluded.sort,
    snapshot = excluded.snapshot,
    interval = excluded.interval,
    active = excluded.active,
    mapping_version = excluded.mapping_version,
    mapping_no = stream.mapping_no
        + (stream.mapping_version <> excluded.mapping_version)::int,
    next_attempt_at = case
        when stream.state = 'ready' and stream.interval <> excluded.interval then null
        else stream.next_attempt_at
    end
