-- A mail at once of what people ask of each other (domain.md E.4, F.2, F.6): to whoever may decide a
-- request, and again when another has approved it; to whoever asked, when it ended; to the team
-- that is asked to help; to whom a remark names. Who may decide is asked by role and tier here;
-- segregation of duties has its word when the mail is written.
with reader as (
    select *
    from jsonb_to_recordset(%(readers)s) as rule (
        role text, zone text, day_begins timestamptz, not_before timestamptz
    )
),
decider as (
    select *
    from jsonb_to_recordset(%(deciders)s) as known (
        role text, everything boolean, approves text[], owns text[]
    )
),
stand_in as (
    select * from jsonb_to_recordset(%(stand_ins)s) as known (person_id bigint, absent_id bigint)
),
-- Who decides, and in whose place: whoever is away is not asked while somebody stands in.
place as (
    select person.id as person_id, person.id as as_id, decider.*
    from people_person person
    join decider using (role)
    where not person.is_superuser
      and person.id not in (select absent_id from stand_in)
    union all
    select stand_in.person_id, absent.id, decider.*
    from stand_in
    join people_person absent on absent.id = stand_in.absent_id
    join decider on decider.role = absent.role
    where not absent.is_superuser
),
request as materialized (
    select
        decision.id, decision.group_id, decision.sort, decision.asked_by_id,
        greatest(decision.asked_at, given.at) as at, given.number as given,
        decision.approvals_needed - given.number as places,
        array(
            select role from unnest(string_to_array(decision.needs_role, ',')) as needed (role)
            where role <> all (given.roles) and role <> ''
        ) as missing,
        cause.workflow, cause.control
    from exceptions_decision decision
    join exceptions_group cause on cause.id = decision.group_id
    cross join lateral (
        select
            count(*) as number,
            max(verdict.at) as at,
            coalesce(array_agg(coalesce(absent.role, giver.role)), '{}') as roles
        from exceptions_verdict verdict
        join people_person giver on giver.id = verdict.by_id
        left join people_person absent on absent.id = verdict.acting_for_id
        where verdict.decision_id = decision.id
          and verdict.approves
    ) given
    where decision.state = 'asked'
      and cause.state = 'pending_approval'
),
piece as (
    select
        1 as rank, 'request' as sort, place.person_id, request.group_id, null::bigint as line_id,
        request.asked_by_id as from_id, request.at,
        'request:' || request.id || ':' || request.given as about,
        case when place.person_id = place.as_id then 'you may decide it'
            else 'you stand in for whoever may decide it' end as reason
    from request
    join place on place.person_id <> request.asked_by_id and place.as_id <> request.asked_by_id
    where (
          -- A place for a role that is named, or one that is left for others (E.2, F.2).
          place.role = any (request.missing)
          or (
              request.places > cardinality(request.missing)
              and (
                  place.everything
                  or (request.sort = 'false_positive' and request.control = any (place.owns))
                  or (
                      request.sort <> 'false_positive'
                      and request.control <> 'WL04'
                      and request.workflow = any (place.approves)
                  )
              )
          )
      )
      and not exists (
          select from exceptions_verdict verdict
          where verdict.decision_id = request.id and verdict.by_id = place.person_id
      )
    union all
    select
        2, 'verdict', decision.asked_by_id, decision.group_id, null, null, ended.at,
        'verdict:' || decision.id || ':'
            || case decision.state when 'ended' then 'approved' else decision.state end,
        'you asked for it'
    from exceptions_decision decision
    cross join lateral (
        select case decision.state when 'lapsed'
            then greatest(decision.decided_at, decision.ended_at)
            else decision.decided_at end as at
    ) ended
    where decision.state in ('approved', 'refused', 'lapsed', 'ended')
      -- As long as a mail server may have been away.
      and ended.at > %(now)s - interval '7 days'
      -- What needed nobody's approval is no news to whoever did it.
      and (decision.approvals_needed > 0 or decision.state = 'lapsed')
    union all
    select
        3, 'help', person.id, task.group_id, null, task.asked_by_id, task.asked_at,
        'help:' || task.id, 'your team was asked'
    from exceptions_subtask task
    join people_person person on person.team_id = task.team_id
    where task.state = 'open'
      and task.taken_by_id is null
      and task.asked_at > %(now)s - interval '7 days'
    union all
    select
        4, 'mention', named.person_id, line.group_id, line.id, line.by_id, line.at,
        'mention:' || line.id, 'a remark names you'
    from exceptions_history line
    join exceptions_mention named on named.line_id = line.id
    where line.verb = 'commented'
      and line.group_id is not null
      and line.at > %(now)s - interval '7 days'
),
-- In whose own and in another's place is one mail.
news as (
    select distinct on (piece.person_id, piece.about) piece.*, reader.not_before, cause.severity
    from piece
    join people_person person on person.id = piece.person_id
    join reader on reader.role = person.role and reader.zone = person.zone
    join exceptions_group cause on cause.id = piece.group_id
    where person.is_active
      and person.wants_mail
      and person.email <> ''
      and piece.from_id is distinct from piece.person_id
      and (cardinality(person.entities) = 0 or cause.legal_entity = any (person.entities))
      and not exists (
          select from alerts_delivery told
          where told.person_id = piece.person_id and told.about = piece.about
      )
    order by piece.person_id, piece.about, piece.reason
),
mailed_today as (
    select delivery.person_id, count(*) as mails
    from alerts_delivery delivery
    join people_person person on person.id = delivery.person_id
    join (select distinct zone, day_begins from reader) day on day.zone = person.zone
    where delivery.sort not in ('digest', 'stream')
      and delivery.state <> 'held'
      and (delivery.state <> 'dropped' or delivery.attempts > 0)
      and delivery.created_at >= day.day_begins
    group by delivery.person_id
),
-- One mail per group: what is asked of the reader before what is told; and of what one person asks
-- of many groups at once the first few.
pressing as (
    select
        news.*,
        row_number() over of_group > 1
            or (news.sort = 'mention' and exists (
                select from alerts_delivery told
                where told.person_id = news.person_id
                  and told.group_id = news.group_id
                  and told.state in ('waiting', 'sending')
            )) as is_told,
        row_number() over (
            partition by news.person_id, news.sort, news.from_id
            order by news.severity desc, news.at, news.group_id
        ) > %(first_few)s as is_flood
    from news
    window of_group as (
        partition by news.person_id, news.group_id order by news.rank, news.at desc, news.about
    )
),
ranked as (
    select
        pressing.*,
        row_number() over (
            partition by pressing.person_id, is_told, is_flood
            order by pressing.rank, severity desc, at, group_id
        ) + coalesce(mailed_today.mails, 0) as nth_today
    from pressing
    left join mailed_today on mailed_today.person_id = pressing.person_id
)
insert into alerts_delivery
    (sort, person_id, group_id, because_id, about, reason, state, created_at, not_before,
     attempts, message_id, subject, last_error)
select
    sort, person_id, group_id, line_id, about, reason,
    case when is_told then 'dropped'
        when is_flood or nth_today > %(per_day)s then 'held' else 'waiting' end,
    %(now)s, not_before, 0, '<' || gen_random_uuid() || '@' || %(host)s || '>', '',
    case when is_told then 'another mail tells of the same cause' else '' end
from ranked
order by rank, severity desc, at, group_id
on conflict (person_id, about) do nothing
