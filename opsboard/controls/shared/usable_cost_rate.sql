-- The cost rates by which a person's time can be costed, per hour (domain.md A.1 17): approved rates
-- of their own; and for whoever has none at all, the standard rates of the roles they are booked in.
-- Whether a firm lets standards stand in is for the control to say: `is_standard` tells them apart.
create view usable_cost_rate as
select
    own.key,
    own.worker_id,
    null::bigint as role_id,
    own.entity,
    own.type,
    own.rate / case own.unit when 'day' then 8 else 1 end as per_hour,
    own.currency,
    own.valid_from,
    coalesce(own.valid_to, 'infinity') as valid_to,
    false as is_standard
from cost_rate own
where own.status in ('approved', 'active')
  and own.rate > 0
  and own.worker_id is not null
  and own.valid_from <= coalesce(own.valid_to, 'infinity')
union all
select
    standard.key,
    booking.worker_id,
    standard.role_id,
    standard.entity,
    standard.type,
    standard.rate / case standard.unit when 'day' then 8 else 1 end as per_hour,
    standard.currency,
    standard.valid_from,
    coalesce(standard.valid_to, 'infinity') as valid_to,
    true as is_standard
from assignment booking
join cost_rate standard
  on standard.worker = ''
 and standard.role_id = booking.role_id
 and standard.entity is not distinct from booking.entity
where booking.system_role = 'psa'
  and standard.status in ('approved', 'active')
  and standard.rate > 0
  and standard.valid_from <= coalesce(standard.valid_to, 'infinity')
  and not exists (
      select from cost_rate own
      where own.worker_id = booking.worker_id
        and own.status in ('approved', 'active')
        and own.rate > 0
  );
