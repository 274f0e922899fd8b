-- What an hour of fixed-price work is worth (domain.md C, reading guide): the allocated price by the
-- hours at completion, which are those of delivery's forecast; only where revenue is earned by
-- progress, else the milestones carry the money. One row per such project of the PSA.
create view fixed_price_hour as
select
    project.key,
    plan.price / forecast.hours as per_hour,
    plan.currency
from project
cross join lateral (
    select sum(schedule.allocated_price) as price, max(schedule.currency) as currency
    from revenue_schedule schedule
    where schedule.project_id = project.canonical_id
      and schedule.system_role = 'erp'
      and schedule.method = 'percent_complete'
) plan
cross join lateral (
    select sum(line.hours) as hours
    from forecast_line line
    where line.system = project.system
      and line.project = project.source_id
      and line.measure in ('', 'hours')
      and line.status <> 'superseded'
) forecast
where project.system_role = 'psa'
  and project.billing_method = 'fixed_price'
  and plan.price > 0
  and forecast.hours > 0;
