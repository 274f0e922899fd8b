-- What of the offered rows is new or newer: their places, the ids they have or get, and whether the
-- content of what is newer differs. One row per key, the newest version winning; ties of (version,
-- mapping) go to the greater digest, so the order of arrival does not matter.
-- A record that a census missed comes back when a later page shows it again.
-- Each row is looked up by its key alone: what is known may be a hundred times what arrives, and
-- `offset 0` keeps the planner from reading all of it.
with arriving as (
    select {newest}
        offered.place::text as place,
        known.id,
        known.digest is distinct from offered.digest as differs
    from offered
    left join lateral (
        select one.id, one.source_version, one.mapping_no, one.digest, one.page
        from {table} one
        where one.key = offered.key
        offset 0
    ) known on true
    where known.id is null
       or (offered.source_version, %(mapping_no)s, offered.digest)
          > (known.source_version, known.mapping_no, known.digest)
       or (known.digest like 'z%%'
           and offered.page > known.page
           and offered.source_version >= known.source_version)
    {newest_first}
)
select
    string_agg(place, ',') filter (where id is null),
    string_agg(
        nextval((select pg_get_serial_sequence('{table}', 'id')::regclass))::text, ','
    ) filter (where id is null),
    string_agg(place, ',') filter (where id is not null),
    string_agg(id::text, ',') filter (where id is not null),
    string_agg(differs::int::text, ',') filter (where id is not null)
from arriving
