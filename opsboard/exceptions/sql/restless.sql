-- Unsettled items of a control that somebody claims to have mended, or whose amounts in the group
-- currency rest on a rate that is no longer the present one.
select item.subject
from exceptions_exceptionitem item
left join spot on spot.currency = item.currency
left join spot cost_spot on cost_spot.currency = item.cost_currency
where item.control = %(control)s
  and item.state <> 'resolved'
  and (item.state = 'fix_claimed'
       or (item.currency <> ''
           and (spot.rate, spot.rate_date) is distinct from (item.fx_rate, item.fx_date))
       or (item.cost_currency <> '' and cost_spot.rate is distinct from item.cost_fx_rate))
