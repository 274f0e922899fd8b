-- While an owner is away, somebody else acts for them on what they own (domain.md E.3, rule 7); when
-- they are back, it is theirs alone again. The owner stays the same person.
with absent as (
    select *
    from jsonb_to_recordset(%(absent)s::jsonb) as known (person bigint, delegate bigint, said text)
),
wanted as (
    select live.id, absent.delegate, live.delegate_id as former,
        left(split_part(live.owner_reason, '; in the absence of ', 1), 160)
            || coalesce('; in the absence of ' || absent.said, '') as reason
    from exceptions_group live
    left join absent on absent.person = live.owner_id
    where live.is_unsettled
      and (live.delegate_id is not null or live.owner_id in (select person from absent))
),
changed as (
    update exceptions_group live
    set delegate_id = wanted.delegate,
        owner_reason = wanted.reason,
        escalates_at = null
    from wanted
    where live.id = wanted.id
      and (live.delegate_id is distinct from wanted.delegate or live.owner_reason <> wanted.reason)
    returning live.id, live.children, live.owner_id, live.owner_reason, wanted.former,
              wanted.delegate
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select
    changed.id, %(as_of)s,
    case when changed.delegate is null then 'returned' else 'delegated' end,
    left(coalesce(nullif(trim(former.first_name || ' ' || former.last_name), ''),
        former.username, ''), 200),
    left(coalesce(nullif(trim(present.first_name || ' ' || present.last_name), ''),
        present.username), 200),
    changed.owner_reason, changed.children
from changed
left join people_person former on former.id = changed.former
join people_person present on present.id = coalesce(changed.delegate, changed.owner_id)
where changed.former is distinct from changed.delegate
