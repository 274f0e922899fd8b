-- What of the staged rows is new or newer: one row per key, the newest version winning.
-- Ties of (version, mapping) go to the greater digest, so the order of arrival does not matter.
-- A record that a census missed comes back when a later page shows it again.
-- The rows themselves stay where they are staged; `place` finds them there.
create temp table arriving on commit drop as
select
    coalesce(
        newest.known_id,
        nextval((select pg_get_serial_sequence('{table}', 'id')::regclass))
    ) as id,
    newest.key,
    newest.place,
    newest.known_id is null as is_new,
    newest.differs
from (
    select distinct on (staged.key)
        staged.key,
        staged.ctid as place,
        known.id as known_id,
        known.digest is distinct from staged.digest as differs
    from staged
    left join {table} known on known.key = staged.key
    where known.id is null
       or (staged.source_version, %(mapping_no)s, staged.digest)
          > (known.source_version, known.mapping_no, known.digest)
       or (known.digest like 'z%%'
           and staged.page > known.page
           and staged.source_version >= known.source_version)
    order by staged.key, staged.source_version desc, staged.digest desc
) newest
