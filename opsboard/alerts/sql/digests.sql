-- The daily digest of everyone whose hour has come, by rule or because something was held back
-- from them; with nothing to tell it is dropped at once.
with reader as (
    select *
    from jsonb_to_recordset(%(readers)s) as rule (
        role text, zone text, reads text[], digest_on text, digest_due boolean,
        has_digest boolean
    )
    where digest_due
)
insert into alerts_delivery
    (sort, person_id, about, reason, state, created_at, not_before, attempts, message_id,
     subject, last_error)
select
    'digest', person.id, 'digest:' || reader.digest_on, 'your digest of the day',
    case when news.is_there then 'waiting' else 'dropped' end,
    %(now)s, %(now)s, 0, '<' || gen_random_uuid() || '@' || %(host)s || '>', '',
    case when news.is_there then '' else 'nothing to tell' end
from people_person person
join reader on reader.role = person.role and reader.zone = person.zone
cross join lateral (
    select exists (
        select from alerts_delivery held
        where held.person_id = person.id and held.state = 'held' and held.sent_at is null
    ) as is_held_back
) brake
cross join lateral (
    select brake.is_held_back or exists (
        select from exceptions_group cause
        where cause.is_unsettled
          and (cardinality(person.entities) = 0 or cause.legal_entity = any (person.entities))
          and (
              reader.reads is null
              or cause.workflow = any (reader.reads)
              or cause.owner_id = person.id
              or cause.delegate_id = person.id
              or cause.team_id = person.team_id
          )
    ) as is_there
) news
where person.is_active
  and person.wants_mail
  and person.email <> ''
  and (reader.has_digest or brake.is_held_back)
on conflict (person_id, about) do nothing
