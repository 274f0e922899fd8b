-- The standard price of an hour of a booking: what the standard card of the project's legal entity
-- said last for the booking's role, in the project's currency, whether or not it still holds.
create view standard_price as
select
    booking.key,
    price.per_hour,
    price.currency
from assignment booking
join project on project.key = booking.system || ':' || booking.project
cross join lateral (
    select
        line.bill_rate / case line.unit when 'day' then 8 else 1 end as per_hour,
        line.currency
    from rate_line line
    join rate_card card on card.key = line.system || ':' || line.rate_card
    where card.scope = 'standard'
      and card.entity is not distinct from project.entity
      and line.currency = project.currency
      and line.role_id = booking.role_id
      and line.worker = ''
      and line.bill_rate > 0
      and line.status not in ('draft')
    order by line.valid_from desc, line.version desc, line.key
    limit 1
) price
where booking.system_role = 'psa';
