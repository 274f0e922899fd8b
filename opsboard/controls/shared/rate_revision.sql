-- Approved changes of a price or a cost rate, in the system that owns them (domain.md A.1 16 and 17): a
-- line of a price list from its second version on, and a rate of somebody who had one before.
create view rate_revision as
select
    line.key,
    line.system,
    line.system_role,
    'rate_line' as kind,
    line.entity,
    card.canonical_id as card_id,
    card.code as card,
    card.contract_id,
    line.role,
    line.role_id,
    line.worker,
    line.worker_id,
    line.bill_rate / case line.unit when 'day' then 8 else 1 end as per_hour,
    line.currency,
    line.valid_from,
    line.valid_to,
    line.version,
    line.source_updated_at as approved_at
from rate_line line
join rate_card card on card.key = line.system || ':' || line.rate_card
where line.version > 1
  and line.status in ('approved', 'active')
  and line.system_role = case card.scope when 'standard' then 'erp' else 'crm' end
union all
select
    rate.key,
    rate.system,
    rate.system_role,
    'cost_rate' as kind,
    rate.entity,
    null::bigint as card_id,
    rate.type as card,
    null::bigint as contract_id,
    rate.role,
    rate.role_id,
    rate.worker,
    rate.worker_id,
    rate.rate / case rate.unit when 'day' then 8 else 1 end as per_hour,
    rate.currency,
    rate.valid_from,
    rate.valid_to,
    1 as version,
    rate.source_updated_at as approved_at
from cost_rate rate
where rate.status in ('approved', 'active')
  and rate.rate > 0
  and rate.worker_id is not null
  and rate.system_role in ('hcm', 'procurement')
  and exists (
      select from cost_rate before
      where before.worker_id = rate.worker_id
        and before.system = rate.system
        and before.type = rate.type
        and before.valid_from < rate.valid_from
        and before.rate > 0
  );
