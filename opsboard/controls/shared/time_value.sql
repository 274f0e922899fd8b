-- What approved time is worth (domain.md C, reading guide): `bill` in the currency of the contract and
-- `cost` in that of the rate; estimated where there is no rate. Not billable is worth nothing, nor is
-- time on a price that is not earned by the hour. Whoever may work at zero cost costs nothing. Estimates
-- are looked for only where they are needed, hence the limits.
create view time_value as
select
    entry.key,
    case
        when not entry.billable then 0
        when fixed.is_priced then entry.hours * coalesce(share.per_hour, 0)
        else coalesce(own.amount, entry.hours * standard.per_hour)
    end as bill,
    coalesce(nullif(entry.bill_currency, ''), project.currency) as bill_currency,
    entry.billable and case when fixed.is_priced then share.per_hour is not null
        else own.amount is null end as is_bill_estimated,
    case when free.is_free then 0
        else entry.hours * coalesce(rate.per_hour, guess.per_hour) end as cost,
    coalesce(rate.currency, guess.currency) as cost_currency,
    not free.is_free and rate.per_hour is null as is_cost_estimated
from time_entry entry
left join project on project.key = entry.system || ':' || entry.project
cross join lateral (
    select project.billing_method is not null
        and project.billing_method
            in ('fixed_price', 'milestone', 'retainer', 'managed_service') as is_priced
) fixed
cross join lateral (
    select nullif(coalesce(entry.bill_amount, entry.hours * entry.bill_rate), 0) as amount
) own
left join lateral (
    select fixed_price_hour.per_hour
    from fixed_price_hour
    where fixed.is_priced
      and fixed_price_hour.key = project.key
    limit 1
) share on true
left join lateral (
    select booking.key
    from assignment booking
    where booking.worker_id = entry.worker_id
      and booking.project_id = entry.project_id
      and booking.system_role = 'psa'
    order by entry.work_date between booking.starts_on and booking.ends_on desc, booking.key
    limit 1
) booking on true
left join lateral (
    select standard_price.per_hour
    from standard_price
    where own.amount is null
      and entry.billable
      and not fixed.is_priced
      and standard_price.key = booking.key
    limit 1
) standard on true
left join lateral (
    select usable.per_hour, usable.currency
    from usable_cost_rate usable
    where usable.worker_id = entry.worker_id
      and entry.work_date between usable.valid_from and usable.valid_to
    order by usable.type = 'loaded' desc, usable.valid_from desc, usable.key
    limit 1
) rate on true
left join lateral (
    select booking_cost_estimate.per_hour, booking_cost_estimate.currency
    from booking_cost_estimate
    where rate.per_hour is null
      and booking_cost_estimate.key = booking.key
    limit 1
) guess on true
cross join lateral (
    select exists (
        select from worker
        where worker.canonical_id = entry.worker_id
          and worker.zero_cost_allowed
    ) as is_free
) free
where entry.system_role = 'psa';
