-- A waiver or a false positive holds while its group stands there: what became of the group otherwise
-- ends it.
update exceptions_decision decision
set state = 'ended',
    ended_at = %(as_of)s,
    outcome = 'Seen clear.'
from exceptions_group held
where held.id = decision.group_id
  and decision.state = 'approved'
  and (decision.sort, 'resolved') in (('waiver', held.state), ('false_positive', held.state))
