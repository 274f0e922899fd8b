-- What a control judges again although nothing changed: fixes that somebody claims, waivers at their
-- end, what a reviewer took up again after it was seen clear, and amounts in the group currency that
-- rest on a rate which is no longer the present one.
select item.subject
from exceptions_exceptionitem item
left join exceptions_group held on held.id = item.group_id
left join spot on spot.currency = item.currency
left join spot cost_spot on cost_spot.currency = item.cost_currency
where item.control = %(control)s
  and item.state <> 'resolved'
  and (item.state = 'fix_claimed'
       or (item.state = 'waived' and held.waived_until <= %(as_of)s)
       or (item.state = 'reopened' and item.resolved_by_run is not null)
       or (item.currency <> ''
           and (spot.rate, spot.rate_date) is distinct from (item.fx_rate, item.fx_date))
       or (item.cost_currency <> '' and cost_spot.rate is distinct from item.cost_fx_rate))
