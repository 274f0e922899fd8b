-- A pause that came to its end by itself (domain.md F.2): the deadline stands where it was put when the
-- pause began, and the clock goes on.
with ended as (
    update exceptions_group live
    set paused_minutes = live.paused_minutes
            + floor(worked_minutes(live.calendar, live.pause_ends_at)
                - worked_minutes(live.calendar, live.paused_at)),
        paused_at = null,
        pause_ends_at = null,
        pause_reason = '',
        escalates_at = null
    where live.is_unsettled
      and live.escalates_at <= %(as_of)s
      and live.pause_ends_at <= %(as_of)s
    returning live.id, live.children
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'clock_resumed', '', '', '', children
from ended
