-- Moves the native ids of `moving` from what they stood for to what they stand for now, and keeps
-- what was. `touched` is every copy of both identities, before and after.
create temp table touched on commit drop as
select
    copy.system::text as system,
    copy.native_id,
    copy.entity_id as had,
    coalesce(moving.kept, copy.entity_id) as has
from records_crossreference copy
left join moving on moving.reference_id = copy.id
where copy.entity_id in (select gone from moving union select kept from moving);

analyze touched;

insert into records_formerreference
    (kind, system, native_id, entity_id, strength, state, valid_from, valid_to, ended_by, merge_id)
select
    copy.kind,
    copy.system,
    copy.native_id,
    copy.entity_id,
    copy.strength,
    %(ended)s,
    copy.valid_from,
    %(at)s,
    %(by)s,
    joined.id
from moving
join records_crossreference copy on copy.id = moving.reference_id
left join records_merge joined
  on joined.gone_id = moving.gone
 and joined.kept_id = moving.kept
 and joined.undone_at is null;

update records_crossreference copy
set entity_id = moving.kept,
    strength = moving.strength,
    derivation = moving.derivation,
    state = 'confirmed',
    valid_from = %(at)s,
    confirmed_by = %(by)s,
    confirmed_at = case when %(by)s <> '' then %(at)s::timestamptz end
from moving
where copy.id = moving.reference_id;

update {table} record
set canonical_id = touched.has
from touched
where record.key = touched.system || ':' || touched.native_id
  and record.canonical_id <> touched.has;
