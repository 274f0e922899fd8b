-- Rules and questions that more than one control shares, each in one place.

drop view if exists invoice_obstacle, invoice_share, control_state cascade;

-- What keeps an invoice that is not yet issued from going out: the first rule its customer breaks.
-- A system that holds no customer records of its own (no party feed) breaks no rule by that.
create view invoice_obstacle as
select invoice.key, obstacle.slug, obstacle.reason
from invoice
left join party on party.key = invoice.system || ':' || invoice.party
left join project on project.key = invoice.system || ':' || invoice.project
cross join lateral (
    select slug, reason
    from (values
        (1, 'blocked', invoice.status = 'blocked' or invoice.block_reason <> '',
            'is blocked: ' || coalesce(nullif(invoice.block_reason, ''), 'no reason given')),
        (2, 'party_missing', party.key is null, 'is not a customer in the ERP'),
        (3, 'party_inactive', party.status in ('inactive', 'merged'), 'is inactive'),
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
        where line.invoice_id = invoice.id
        group by atom
    ) part
) spread;

-- One row per control that should run: when it last did, and whether that run failed.
create view control_state as
select
    control.code as key,
    control.title,
    control.judged_at,
    case when last.state = 'failed' then last.started_at end as failed_at,
    last.error
from controls_control control
left join lateral (
    select run.state, run.started_at, run.error
    from controls_controlrun run
    where run.control_id = control.code
    order by run.started_at desc, run.id desc
    limit 1
) last on true
where control.active
  and control.code <> 'IN12';
