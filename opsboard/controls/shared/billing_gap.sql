-- What a charge that is ready to be billed still lacks for an invoice: everything needs a contract
-- line and a tax code, an event an amount and the acceptance it asks for, a batch of time a price and
-- the purchase order that the customer asks for.
create view billing_gap as
select event.key, gap.missing
from billing_event event
left join contract on contract.key = event.system || ':' || event.contract
left join party on party.key = contract.system || ':' || contract.party
cross join lateral (
    select string_agg(rule.what, ', ' order by rule.number) as missing
    from (values
        (1, 'amount', event.amount is null),
        (2, 'acceptance', event.acceptance_required and event.accepted_at is null),
        (3, 'contract line', event.contract_line = ''),
        (4, 'tax code', event.tax_code = ''),
        (5, 'price', event.type = 'time_batch' and event.rate_ref = ''),
        (6, 'purchase order', event.type = 'time_batch' and party.po_required
            and contract.po_number = '')
    ) rule (number, what, is_missing)
    where rule.is_missing
) gap
where event.status in ('ready', 'released')
  and gap.missing is not null;
