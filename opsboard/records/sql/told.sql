-- Copies that the middleware says are one thing with others (domain.md 0.11, derived). Only a copy
-- that stands alone follows by itself; `conflict` marks what a person has to decide.
create temp table moving on commit drop as
with member as (
    select distinct on (copy.id)
        copy.id as reference_id,
        copy.entity_id,
        copy.confirmed_by,
        said.canonical,
        said.system,
        said.key,
        said.status,
        (
            select count(*) from records_crossreference other
            where other.entity_id = copy.entity_id
        ) as copies
    from records_idxref said
    join records_crossreference copy
      on copy.kind = %(of_kind)s
     and copy.system = said.of_system
     and copy.native_id = said.of_id
    where said.of_kind = %(of_kind)s
      and said.canonical in (select staged.canonical from staged)
      and {said_may_hold}
    order by copy.id, said.status, said.key
),
target as (
    select distinct on (canonical, system) canonical, system, entity_id as kept, status
    from member
    order by canonical, system, status = 'confirmed' desc, copies desc, entity_id
)
select
    member.reference_id,
    member.entity_id as gone,
    target.kept,
    'derived'::text as strength,
    member.key as reason,
    member.key as derivation,
    (member.status, target.status) <> ('confirmed', 'confirmed')
        or member.copies > 1
        or member.confirmed_by <> '' as is_conflict
from member
join target using (canonical, system)
where member.entity_id <> target.kept
