-- Severity is what the finding weighs, one step more once it is older than twice the time that people
-- had to resolve it (domain.md 0.6), and one more from the second time on that it came back (F.2), never
-- above its cap. One instant per calendar and severity tells: what was found before it is that old.
with mark as (
    select
        sla.calendar,
        sla.severity,
        after_working_minutes(
            sla.calendar, 'epoch', worked_minutes(sla.calendar, %(as_of)s) - 2 * sla.resolve
        ) as old_before,
        worked_minutes(sla.calendar, %(as_of)s) > 2 * sla.resolve as is_known
    from jsonb_to_recordset(%(sla)s::jsonb)
        as sla (calendar text, severity int, resolve numeric)
),
wanted as (
    select
        item.id,
        least(
            item.highest_severity,
            item.base_severity
                + case when mark.is_known and item.detected_at < mark.old_before then 1 else 0 end
                + case when item.times_reopened > 1 then 1 else 0 end
        ) as severity
    from exceptions_exceptionitem item
    left join entity_calendar home on home.entity = item.legal_entity
    left join mark
      on mark.calendar = coalesce(home.calendar, 'default')
     and mark.severity = item.base_severity
    where item.is_unsettled
),
changed as (
    update exceptions_exceptionitem item
    set severity = wanted.severity
    from wanted
    where wanted.id = item.id
      and wanted.severity <> item.severity
    returning item.group_key
)
insert into exceptions_touched (key)
select distinct group_key from changed
on conflict do nothing
