-- An approval that nobody used within one business day is over (domain.md F.7).
with unused as (
    update exceptions_decision decision
    set state = 'lapsed',
        ended_at = %(as_of)s,
        outcome = 'not used within one business day'
    where decision.sort in ('replay', 'compensation')
      and decision.state = 'approved'
      and not decision.particulars ? 'started'
      and not jsonb_path_exists(decision.particulars, '$.steps[*].by')
      and after_business_days('default', decision.decided_at, 1) <= %(as_of)s
    returning decision.group_id, decision.items
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select group_id, %(as_of)s, 'unused', '', '', '', items
from unused
