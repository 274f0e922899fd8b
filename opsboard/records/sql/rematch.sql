-- Copies that stood alone, and whose natural key now is that of a thing their system holds no copy
-- of: a code that came later, or was corrected. What a person has placed stays where it is.
create temp table moving on commit drop as
with alone as (
    select copy.id as reference_id, copy.entity_id as gone, naming.*
    from naming
    join records_crossreference copy
      on copy.kind = %(kind)s
     and copy.system = naming.system
     and copy.native_id = naming.native_id
    where naming.natural_key <> ''
      and copy.confirmed_by = ''
      and not exists (
          select from records_crossreference other
          where other.entity_id = copy.entity_id
            and other.id <> copy.id
      )
),
candidate as (
    select distinct on (alone.reference_id)
        alone.reference_id,
        alone.gone,
        alone.natural_key,
        alone.system,
        alone.native_id,
        entity.id as kept
    from alone
    join records_entity entity
      on entity.kind = %(kind)s
     and lower(entity.code) = lower(alone.natural_key)
     and coalesce(entity.within_id, 0) = coalesce(alone.within_id, 0)
     and entity.id <> alone.gone
    where entity.merged_into_id is null
      and exists (select from records_crossreference copy where copy.entity_id = entity.id)
      and not exists (
          select from records_crossreference taken
          where taken.entity_id = entity.id
            and taken.system = alone.system
      )
    order by alone.reference_id, entity.code = alone.natural_key desc, entity.id
),
-- Two that stand alone may find each other at once; the older entity is the one that stays.
ordered as (
    select distinct on (kept, system) *
    from candidate
    where not exists (
        select from candidate other
        where other.gone = candidate.kept
          and other.kept = candidate.gone
          and candidate.gone < candidate.kept
    )
    order by kept, system, native_id
)
select
    reference_id,
    gone,
    kept,
    'exact'::text as strength,
    natural_key as reason,
    ''::text as derivation
from ordered
where kept not in (select gone from ordered)
