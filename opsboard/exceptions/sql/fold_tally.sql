-- Folds what the tally has gathered into one row per line; what others append meanwhile stays.
with gathered as (
    delete from exceptions_tally returning *
)
insert into exceptions_tally
    (workflow, legal_entity, team, state, severity, is_owned, is_late, groups, items, value_at_risk,
     cost_at_risk, estimated_cost, misstatement)
select workflow, legal_entity, team, state, severity, is_owned, is_late, sum(groups), sum(items),
       sum(value_at_risk), sum(cost_at_risk), sum(estimated_cost), sum(misstatement)
from gathered
group by 1, 2, 3, 4, 5, 6, 7
having sum(groups) <> 0
