-- What a customer still owes, by currency, and on what its invoices bill (domain.md 0.5).
create view open_receivable as
select
    part.party_id,
    part.currency,
    sum(part.amount) as amount,
    jsonb_object_agg(part.atom, part.amount) as atoms
from (
    select invoice.party_id, invoice.currency, place.atom, sum(place.amount) as amount
    from invoice
    left join invoice_share share on share.key = invoice.key
    cross join lateral (
        select
            held.key as atom,
            round(held.value::numeric * invoice.open_amount / nullif(invoice.gross, 0), 4) as amount
        from jsonb_each_text(share.claims -> 'cash_at_risk') held
        union all
        select invoice.key, invoice.open_amount
        where share.claims is null
    ) place
    where invoice.system_role = 'erp'
      and invoice.status in ('issued', 'delivered', 'part_paid', 'disputed')
      and invoice.open_amount > 0
    group by invoice.party_id, invoice.currency, place.atom
) part
where part.amount <> 0
group by part.party_id, part.currency;
