-- What keeps an invoice that is not yet issued from going out: the first rule its customer breaks.
-- `root` is the record to mend: the customer, or whatever one reason keeps back.
create view invoice_obstacle as
select
    invoice.key,
    obstacle.slug,
    obstacle.reason,
    'party:' || coalesce(invoice.party_id::text, invoice.system || '/' || invoice.party) || ':'
        || obstacle.slug
        || case when obstacle.slug = 'blocked' then ':' || invoice.block_reason else '' end as root
from invoice
left join party on party.key = invoice.system || ':' || invoice.party
left join project on project.key = invoice.system || ':' || invoice.project
cross join lateral (
    select slug, reason
    from (values
        (1, 'blocked', invoice.status = 'blocked' or invoice.block_reason <> '',
            'is blocked: ' || coalesce(nullif(invoice.block_reason, ''), 'no reason given')),
        (2, 'party_missing', party.key is null, 'is not a customer in the ERP'),
        (3, 'party_inactive', party.status not in ('active', 'credit_hold'), 'is not active'),
        (4, 'credit_hold', party.status = 'credit_hold' or party.credit_status = 'hold',
            'is on credit hold'),
        (5, 'tax_id', party.tax_id = '', 'has no tax identifier'),
        (6, 'address', party.bill_to_address = '', 'has no billing address'),
        (7, 'po_number', party.po_required and coalesce(project.po_number, '') = '',
            'asks for a purchase order number')
    ) rule (number, slug, broken, reason)
    where rule.broken
    order by rule.number
    limit 1
) obstacle
where invoice.status in ('draft', 'in_review', 'approved', 'blocked');
