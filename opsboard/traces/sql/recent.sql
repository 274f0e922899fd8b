-- The business transactions last heard of, among the newest spans.
select
    correlation_id,
    min(started_at)     as started_at,
    max(ended_at)       as ended_at,
    count(*)            as hops,
    bool_or(failed)     as failed,
    (array_agg(name order by started_at))[1] as name
from (
    select * from traces_span order by started_at desc limit 5000
) as newest
where correlation_id <> ''
group by correlation_id
order by started_at desc
limit %(limit)s
