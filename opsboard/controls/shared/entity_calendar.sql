-- On whose working time a legal entity's processes run: the calendar that names it, else one of its
-- zone and country, else one of its zone, else the default; and when its books close.
create view entity_calendar as
select
    company.code as entity,
    coalesce(chosen.name, 'default') as calendar,
    coalesce(nullif(company.timezone, ''), chosen.zone, 'UTC') as zone,
    company.close_day_default as close_day
from (
    select distinct on (code) code, timezone, country, close_day_default
    from legal_entity
    order by code, system_role = 'erp' desc, key
) company
left join lateral (
    select calendar.name, calendar.zone
    from people_businesscalendar calendar
    where company.code = any(calendar.legal_entities)
       or calendar.legal_entities = '{}' and calendar.zone = company.timezone
    order by
        company.code = any(calendar.legal_entities) desc,
        calendar.country = company.country desc,
        calendar.name = 'default',
        calendar.name
    limit 1
) chosen on true;
