-- A mail at once for what a reader must act on today, was handed by somebody else, or is told of by
-- the ladder of escalation (domain.md E.4, F.5).
with reader as (
    select *
    from jsonb_to_recordset(%(readers)s) as rule (
        role text, zone text, works text[], workflows text[], instant int, reminded int,
        day_begins timestamptz, day_ends timestamptz, not_before timestamptz
    )
),
head as (
    select * from jsonb_to_recordset(%(heads)s) as known (workflow text, person_id bigint)
),
-- Whom a line concerns: who acts on it, and the further up the ladder, the more.
recipient as (
    select distinct on (line_id, person_id) line_id, person_id, rank, stands
    from (
        select id as line_id, coalesce(delegate_id, owner_id) as person_id, 1 as rank,
            case when delegate_id is null then 'you own it'
                else 'you act for its owner' end as stands
        from alert_line
        union all
        select line.id, person.id, 2, 'it waits in the queue of your team'
        from alert_line line
        join people_person person on person.team_id = line.team_id
        where line.owner_id is null
        union all
        select line.id, team.lead_id, 3, 'you lead the team that has it'
        from alert_line line
        join people_team team on team.slug = line.team_id
        where line.step >= 75
        union all
        select line.id, head.person_id, 4, 'it is work of your function'
        from alert_line line
        join head on head.workflow = line.workflow
        where line.step >= 150
        union all
        select line.id, person.id, 5, 'it went from hand to hand'
        from alert_line line
        join people_person person on person.role = 'controller'
        where line.step >= 100
          and line.handed_on > 2
    ) known
    where person_id is not null
    order by line_id, person_id, rank
),
-- What each reader was told of each open cause, and by the digests of these days.
told as (
    select
        delivery.person_id, delivery.group_id,
        bool_or(delivery.sort = 'instant') as is_alerted,
        -- A mail about a request or a remark told of the cause as it stood then.
        max(delivery.created_at) filter (
            where delivery.sort <> 'instant' and delivery.state <> 'dropped') as noticed_at,
        max(delivery.because_id) filter (where delivery.sort = 'instant') as last_line,
        max(delivery.sent_at) as sent_at,
        bool_or(delivery.state in ('waiting', 'sending')) as is_on_its_way
    from alerts_delivery delivery
    where delivery.group_id in (select group_id from alert_line)
    group by delivery.person_id, delivery.group_id
),
told_by_digest as (
    select
        person_id,
        greatest(
            max(sent_at),
            max(created_at) filter (where state in ('waiting', 'sending'))
        ) as at
    from alerts_delivery
    where sort = 'digest'
      and created_at > %(now)s - interval '8 days'
    group by person_id
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
-- One row per person and group: being handed it first, else the newest line.
news as (
    select distinct on (person.id, line.group_id)
        person.id as person_id, line.group_id, line.id as line_id, line.severity, line.act_by,
        case when line.is_pressing then %(now)s else reader.not_before end as not_before,
        line.is_first_run or line.is_moved or line.is_of_many as is_bulk,
        line.is_blind,
        line.is_handed and not line.is_of_many and recipient.rank = 1 as is_handed,
        case
            when line.step = 0 then ''
            when line.note <> ''
                then lower(left(line.note, 1)) || rtrim(substr(line.note, 2), '.') || ', and '
            else line.step || ' %% of its time is used, and '
        end || recipient.stands
            || case when line.owner_reason <> '' and recipient.rank < 3
                then ', ' || line.owner_reason else '' end as reason
    from alert_line line
    join recipient on recipient.line_id = line.id
    join people_person person on person.id = recipient.person_id
    join reader on reader.role = person.role and reader.zone = person.zone
    left join told on told.person_id = person.id and told.group_id = line.group_id
    left join told_by_digest on told_by_digest.person_id = person.id
    where person.is_active
      and person.wants_mail
      and person.email <> ''
      and line.by_id is distinct from person.id
      and (cardinality(person.entities) = 0 or line.legal_entity = any (person.entities))
      and (
          (line.is_handed and recipient.rank = 1)
          -- The last step is the digest's of those at the top.
          or (line.step between 1 and 199 and line.severity >= reader.reminded)
          or (
              line.step = 0
              and (reader.works is null or line.workflow = any (reader.works))
              and (cardinality(reader.workflows) = 0 or line.workflow = any (reader.workflows))
              and line.severity >= reader.instant
              and line.act_by < reader.day_ends
          )
      )
      -- Not yet told: no mail about this line or a later one, none on its way, none sent since.
      and (
          told.person_id is null
          or (not told.is_alerted and line.at > coalesce(told.noticed_at, '-infinity'))
          or (
              line.tells_again
              and not told.is_on_its_way
              and line.id > coalesce(told.last_line, 0)
              and line.at > coalesce(told.sent_at, '-infinity')
          )
      )
      -- What stands in a digest was told by it, unless it was handed over. A line bears the instant
      -- at which its turn began: what a long turn commits after the digest left is not in it.
      and (
          line.is_handed
          or line.at > coalesce(told_by_digest.at - interval '1 hour', '-infinity')
      )
    order by person.id, line.group_id, is_handed desc, line.id desc
),
-- The brake: nothing that a stale feed may make up, a few of what a first run finds, a rule moves or
-- one act hands over, and no more than a day bears.
pressing as (
    select
        news.*,
        is_blind or (
            is_bulk
            and not is_handed
            and row_number() over (
                partition by person_id, is_blind, is_bulk and not is_handed
                order by severity desc, act_by nulls last, group_id
            ) > %(first_few)s
        ) as is_held
    from news
),
ranked as (
    select
        pressing.*,
        row_number() over (
            partition by pressing.person_id, is_held
            order by is_handed desc, severity desc, act_by nulls last, group_id
        ) + coalesce(mailed_today.mails, 0) as nth_today
    from pressing
    left join mailed_today on mailed_today.person_id = pressing.person_id
)
insert into alerts_delivery
    (sort, person_id, group_id, because_id, about, reason, state, created_at, not_before,
     attempts, message_id, subject, last_error)
select
    'instant', person_id, group_id, line_id, 'group:' || group_id || ':' || line_id,
    left(reason, 200),
    case when is_held or nth_today > %(per_day)s then 'held' else 'waiting' end,
    %(now)s, not_before, 0, '<' || gen_random_uuid() || '@' || %(host)s || '>', '', ''
from ranked
-- The most pressing leave first: sending goes by not_before and id.
order by severity desc, act_by nulls last, group_id
on conflict (person_id, about) do nothing
