-- A request that nobody decided in five business days, or that outlived what it asked for, is over; its
-- owner goes on. What was resolved meanwhile needs no decision any more (domain.md F.2).
with over as (
    select decision.id, held.id as held, held.children, held.state = 'pending_approval' as waits
    from exceptions_decision decision
    join exceptions_group held on held.id = decision.group_id
    where decision.state = 'asked'
      and (held.state <> 'pending_approval'
           or decision.expires_at <= %(as_of)s
           or after_business_days(coalesce(nullif(held.calendar, ''), 'default'),
               decision.asked_at, %(decide_within)s) <= %(as_of)s)
),
closed as (
    update exceptions_decision decision
    set state = 'lapsed',
        decided_at = %(as_of)s,
        outcome = case when over.waits then 'Nobody decided it in time.'
            else 'It was over before anybody decided.' end
    from over
    where decision.id = over.id
),
returned as (
    update exceptions_group held
    set state = 'in_progress',
        paused_at = null,
        pause_ends_at = null,
        pause_reason = ''
    from over
    where held.id = over.held
      and over.waits
    returning held.id, held.children
),
back as (
    update exceptions_exceptionitem item
    set state = 'in_progress'
    from returned
    where item.group_id = returned.id
      and item.state = 'pending_approval'
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'lapsed', 'Waits for approval', 'In progress', 'Nobody decided it in time.',
       children
from returned
