-- What keeps an invoice that is not yet issued from going out: the first rule that fails on the way
-- to the customer. `root` is the record to mend: the customer, the project, the contract, or
-- whatever one reason of the ERP keeps back. A field that the ERP fills for no customer, and a link
-- that it gives no invoice, is not asked for.
create view invoice_obstacle as
select
    invoice.key,
    obstacle.slug,
    obstacle.reason,
    case obstacle.about
        when 'project' then 'project:' || coalesce(invoice.project_id::text, invoice.key)
        when 'contract' then 'contract:' || coalesce(invoice.contract_id::text, invoice.key)
        else 'party:' || coalesce(invoice.party_id::text, invoice.system || '/' || invoice.party)
            || case when obstacle.slug = 'blocked' then ':' || invoice.block_reason else '' end
    end as root
from invoice
left join party on party.key = invoice.system || ':' || invoice.party
left join project on project.key = invoice.system || ':' || invoice.project
left join contract on contract.key = invoice.system || ':' || invoice.contract
left join cost_center on cost_center.key = invoice.system || ':' || project.cost_center
cross join lateral (
    select
        bool_or(peer.payment_terms_days is not null) as terms,
        bool_or(peer.currency <> '') as currency,
        bool_or(peer.delivery_channel <> '') as channel
    from party peer
    where peer.system = invoice.system
      and peer.is_customer
) known
cross join lateral (
    select sum(other.net) as net
    from invoice other
    where contract.po_amount is not null
      and other.contract = invoice.contract
      and other.system = invoice.system
      and other.status <> 'void'
      and other.type <> 'proforma'
) ordered
cross join lateral (
    select slug, about, reason
    from (values
        (1, 'party_missing', 'party', party.key is null, 'is not a customer in the ERP'),
        (2, 'party_inactive', 'party', party.status not in ('active', 'credit_hold'),
            'is not active'),
        (3, 'credit_hold', 'party', party.status = 'credit_hold' or party.credit_status = 'hold',
            'is on credit hold'),
        (4, 'tax_id', 'party', party.tax_id = '', 'has no tax identifier'),
        (5, 'address', 'party', party.bill_to_address = '', 'has no billing address'),
        (6, 'payment_terms', 'party', party.payment_terms_days is null and known.terms,
            'has no payment terms'),
        (7, 'currency', 'party', party.currency = '' and known.currency, 'has no currency'),
        (8, 'delivery_channel', 'party', party.delivery_channel = '' and known.channel,
            'has no delivery channel'),
        (9, 'po_number', 'party', party.po_required
            and coalesce(nullif(project.po_number, ''), contract.po_number, '') = '',
            'asks for a purchase order number'),
        (10, 'po_amount', 'contract', ordered.net > contract.po_amount,
            'ordered less than is billed'),
        (11, 'link', 'project', project.key is null and contract.key is null
            and invoice.projects = '{}' and exists (
                select from invoice peer
                where peer.system = invoice.system
                  and (peer.project <> '' or peer.contract <> '' or peer.projects <> '{}')
            ), 'is billed for no project or contract'),
        (12, 'cost_center', 'project', cost_center.status in ('blocked', 'closed')
            or not cost_center.posting_allowed, 'is billed from a closed cost centre'),
        (13, 'blocked', 'party', invoice.status = 'blocked' or invoice.block_reason <> '',
            'is blocked: ' || coalesce(nullif(invoice.block_reason, ''), 'no reason given'))
    ) rule (number, slug, about, broken, reason)
    where rule.broken
    order by rule.number
    limit 1
) obstacle
where invoice.status in ('draft', 'in_review', 'approved', 'blocked');
