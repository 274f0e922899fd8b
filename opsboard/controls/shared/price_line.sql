-- The prices that apply to a project, each with the days and the role or person it is for, in the order
-- of resolution (domain.md A.1 16): `rank` 1 contract, 2 project, 3 customer, 4 standard card of the
-- legal entity. A price of zero is none; what is superseded or expired holds up to its last day.
create view price_line as
select
    project.key as project_key,
    line.key,
    applies.rank,
    line.role_id,
    line.worker_id,
    line.role = '' and line.grade = '' and line.worker = '' as fits_all,
    line.bill_rate / case line.unit when 'day' then 8 else 1 end as per_hour,
    line.currency,
    line.version,
    greatest(line.valid_from, card.valid_from) as valid_from,
    least(coalesce(line.valid_to, 'infinity'), coalesce(card.valid_to, 'infinity')) as valid_to
from project
join rate_card card
  on card.scope in ('contract', 'project', 'customer', 'standard')
cross join lateral (
    select case
        when card.scope = 'contract' and card.contract_id = project.contract_id then 1
        when card.scope = 'project' and card.project_id = project.canonical_id then 2
        when card.scope = 'customer' and card.party_id = project.party_id then 3
        when card.scope = 'standard' and card.entity is not distinct from project.entity then 4
    end as rank
) applies
join rate_line line
  on line.system = card.system
 and line.rate_card = card.source_id
where applies.rank is not null
  and card.status not in ('draft')
  and line.status not in ('draft')
  and line.bill_rate > 0
  and (card.status not in ('superseded', 'expired') or card.valid_to is not null)
  and (line.status not in ('superseded', 'expired') or line.valid_to is not null)
  and greatest(line.valid_from, card.valid_from)
      <= least(coalesce(line.valid_to, 'infinity'), coalesce(card.valid_to, 'infinity'));
