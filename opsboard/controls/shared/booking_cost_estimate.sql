-- What an hour of a booking would cost where no rate says so (domain.md 0.5, ST01): the newest standard
-- rate of its role in its legal entity, else the median of the newest own rates of everybody there of
-- the same grade. Always an estimate; a rate is never shown from here.
create view booking_cost_estimate as
select
    booking.key,
    booking.worker_id,
    booking.project_id,
    booking.starts_on,
    booking.ends_on,
    coalesce(standard.per_hour, typical.per_hour) as per_hour,
    coalesce(standard.currency, typical.currency) as currency
from assignment booking
left join lateral (
    select
        rate.rate / case rate.unit when 'day' then 8 else 1 end as per_hour,
        rate.currency
    from cost_rate rate
    where rate.worker = ''
      and rate.role_id = booking.role_id
      and rate.entity is not distinct from booking.entity
      and rate.status in ('approved', 'active')
      and rate.rate > 0
    order by rate.valid_from desc, rate.key
    limit 1
) standard on true
left join lateral (
    select
        percentile_disc(0.5) within group (order by newest.per_hour) as per_hour,
        newest.currency
    from (
        select distinct on (rate.worker_id)
            rate.rate / case rate.unit when 'day' then 8 else 1 end as per_hour,
            rate.currency
        from worker home
        join worker peer
          on peer.system = home.system
         and peer.grade = home.grade
         and peer.entity is not distinct from home.entity
        join cost_rate rate
          on rate.worker_id = peer.canonical_id
         and rate.status in ('approved', 'active')
         and rate.rate > 0
        where home.key = booking.system || ':' || booking.worker
        order by rate.worker_id, rate.valid_from desc, rate.key
    ) newest
    where standard.per_hour is null
    group by newest.currency
    order by count(*) desc, newest.currency
    limit 1
) typical on true
where booking.system_role = 'psa';
