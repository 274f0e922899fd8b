-- What hangs on a group by service date: how many, and how many hours where the control names them.
select
    held.service_date,
    count(*) as records,
    sum(case when jsonb_typeof(held.evidence -> 'psa_hours') in ('number', 'string')
        and held.evidence ->> 'psa_hours' ~ '^-?\d+(\.\d+)?$'
        then (held.evidence ->> 'psa_hours')::numeric end) as hours
from exceptions_exceptionitem held
where held.group_id = %(group)s
  and held.is_unsettled
  and held.service_date is not null
group by held.service_date
order by held.service_date
