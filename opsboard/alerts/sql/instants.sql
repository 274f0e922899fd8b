-- A mail at once for what a reader must act on today, or was handed by somebody else.
with reader as (
    select *
    from jsonb_to_recordset(%(readers)s) as rule (
        role text, zone text, works text[], workflows text[], instant int,
        day_begins timestamptz, day_ends timestamptz, not_before timestamptz
    )
),
-- Until its second run has begun, everything that a control finds is news of its first run.
settled_in as (
    select control.code, first_run.as_of is not null as has_run, second_run.as_of as second_at
    from controls_control control
    left join lateral (
        select as_of from controls_controlrun
        where control_id = control.code and state = 'done'
        order by started_at limit 1
    ) first_run on true
    left join lateral (
        select as_of from controls_controlrun
        where control_id = control.code and state = 'done'
        order by started_at offset 1 limit 1
    ) second_run on true
),
line as (
    select
        history.id, history.at, history.by_id, history.group_id,
        cause.owner_id, cause.team_id, cause.owner_reason, cause.legal_entity, cause.workflow,
        cause.severity, cause.state,
        -- An acknowledgement that is still owed is an act, too. least() passes over NULL.
        least(
            cause.due_at,
            case when cause.state in ('new', 'reopened') then cause.acknowledge_by end
        ) as act_by,
        history.verb = 'assigned' and history.by_id is not null as is_handed,
        history.verb in ('reopened', 'not_confirmed', 'assigned') as tells_again,
        coalesce(
            settled_in.has_run
            and (settled_in.second_at is null or history.at < settled_in.second_at),
            false
        ) as is_first_run
    from exceptions_history history
    join exceptions_group cause on cause.id = history.group_id
    left join settled_in on settled_in.code = cause.control
    where history.item_id is null
      and history.verb in ('found', 'reopened', 'severity', 'moved', 'not_confirmed', 'assigned')
      and history.at > %(now)s - interval '7 days'
      and cause.state not in ('resolved', 'fix_claimed')
),
-- One row per person and group: being handed it first, else the newest line.
news as (
    select distinct on (person.id, line.group_id)
        person.id as person_id, line.group_id, line.id as line_id, line.severity, line.act_by,
        line.is_first_run, reader.day_begins, reader.not_before,
        line.is_handed and line.owner_id is not distinct from person.id as is_handed,
        case
            when line.owner_id is not null then 'you own it'
            else 'it waits in the queue of your team'
        end || case when line.owner_reason <> '' then ', ' || line.owner_reason else '' end
            as reason
    from line
    join people_person person
        on person.id = line.owner_id
        or (line.owner_id is null and person.team_id = line.team_id)
    join reader on reader.role = person.role and reader.zone = person.zone
    where person.is_active
      and person.wants_mail
      and person.email <> ''
      and line.by_id is distinct from person.id
      and (cardinality(person.entities) = 0 or line.legal_entity = any (person.entities))
      and (
          (line.is_handed and line.owner_id is not distinct from person.id)
          or (
              (reader.works is null or line.workflow = any (reader.works))
              and (cardinality(reader.workflows) = 0 or line.workflow = any (reader.workflows))
              and line.severity >= reader.instant
              and line.act_by < reader.day_ends
          )
      )
      -- Not yet told: no mail about this line or a later one, none on its way, none sent since.
      and not exists (
          select from alerts_delivery told
          where told.person_id = person.id
            and told.group_id = line.group_id
            and (
                told.because_id >= line.id
                or not line.tells_again
                or told.state in ('waiting', 'sending')
                or told.sent_at >= line.at
            )
      )
      -- What stands in a digest was told by it, unless it was handed over.
      and (
          line.is_handed
          or not exists (
              select from alerts_delivery digest
              where digest.person_id = person.id
                and digest.sort = 'digest'
                and (
                    (digest.state in ('waiting', 'sending') and digest.created_at >= line.at)
                    or digest.sent_at >= line.at
                )
          )
      )
    order by person.id, line.group_id, is_handed desc, line.id desc
),
-- The brake: a few of what a first run finds, and no more than a day bears.
pressing as (
    select
        news.*,
        is_first_run
        and not is_handed
        and row_number() over (
            partition by person_id, is_first_run and not is_handed
            order by severity desc, act_by nulls last, group_id
        ) > %(first_few)s as is_flood
    from news
),
ranked as (
    select
        pressing.*,
        row_number() over (
            partition by person_id, is_flood
            order by is_handed desc, severity desc, act_by nulls last, group_id
        ) + (
            select count(*)
            from alerts_delivery sent
            where sent.person_id = pressing.person_id
              and sent.sort = 'instant'
              and sent.state <> 'held'
              and sent.created_at >= pressing.day_begins
        ) as nth_today
    from pressing
)
insert into alerts_delivery
    (sort, person_id, group_id, because_id, about, reason, state, created_at, not_before,
     attempts, message_id, subject, last_error)
select
    'instant', person_id, group_id, line_id, 'group:' || group_id || ':' || line_id,
    left(reason, 200),
    case when is_flood or nth_today > %(per_day)s then 'held' else 'waiting' end,
    %(now)s, not_before, 0, '<' || gen_random_uuid() || '@' || %(host)s || '>', '', ''
from ranked
-- The most pressing leave first: sending goes by not_before and id.
order by severity desc, act_by nulls last, group_id
on conflict (person_id, about) do nothing
