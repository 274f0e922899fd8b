-- Where an invoice's money sits (domain.md 0.5): on what its lines bill, the rest on the invoice.
create view invoice_share as
select
    invoice.key,
    case when spread.atoms is not null then jsonb_build_object(
        'cash_at_risk',
        spread.atoms || jsonb_build_object(invoice.key, invoice.gross - spread.gross),
        'revenue_at_risk',
        spread.net_atoms || jsonb_build_object(invoice.key, invoice.net - spread.net)
    ) end as claims
from invoice
cross join lateral (
    select
        jsonb_object_agg(atom, gross) as atoms,
        jsonb_object_agg(atom, net) as net_atoms,
        sum(gross) as gross,
        sum(net) as net
    from (
        select
            atom,
            round(sum((line.net + coalesce(line.tax_amount, 0)) / cardinality(line.source_keys)), 4)
                as gross,
            round(sum(line.net / cardinality(line.source_keys)), 4) as net
        from invoice_line line
        cross join lateral unnest(line.source_keys) atom
        where line.system = invoice.system
          and line.invoice = invoice.source_id
        group by atom
    ) part
) spread;
