-- IN11: a deadline that passed unmet. It is no work item of its own but an event of the group, told
-- once for each deadline (domain.md C, IN11; F.5). A fix claimed in time waits for its proof, and is
-- judged by the instant of the claim (F.2).
with breached as (
    update exceptions_group
    set breached_at = due_at
    where is_unsettled
      and due_at < %(as_of)s
      and due_on > date '0001-01-01'
      and breached_at is distinct from due_at
      and (state <> 'fix_claimed' or claimed_at > due_at)
    returning id, children, due_at
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'breached', '', '', 'IN11: due '
    || to_char(due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC', children
from breached
