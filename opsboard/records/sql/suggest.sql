-- Pairs of things that may be one: no system holds both, no natural key says so, but another key of
-- theirs is equal, or their codes are while it is not sure within what, or their names are alike.
-- Only suggestions: a person confirms (domain.md 0.11). A pair once decided is not proposed again.
insert into records_proposal
    (kind, first_id, second_id, reason, likeness, state, proposed_at)
select distinct on (pair.first_id, pair.second_id)
    %(kind)s,
    pair.first_id,
    pair.second_id,
    pair.reason,
    pair.likeness,
    'proposed',
    %(at)s
from (
    {pairs}
) pair
join records_entity one on one.id = pair.first_id
join records_entity other on other.id = pair.second_id
where one.merged_into_id is null
  and other.merged_into_id is null
  and not exists (
      select
      from records_crossreference mine
      join records_crossreference theirs on theirs.system = mine.system
      where mine.entity_id = one.id
        and theirs.entity_id = other.id
  )
order by pair.first_id, pair.second_id, pair.likeness desc, pair.reason
on conflict (first_id, second_id) do nothing
