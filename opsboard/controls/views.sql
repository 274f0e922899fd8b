-- Rules and questions that more than one control shares, each in one place.

drop view if exists posted_actual, invoice_obstacle, invoice_share, control_state cascade;

-- The lines of the project ledger that count; a reversal nets by its negative hours. Where the ERP
-- marks the line that it reversed, neither that line nor its reversal counts. A reversal must name
-- the record that its line was posted from, or nothing leads from it to that record.
create view posted_actual as
select actual.*
from project_actual actual
where actual.system_role = 'erp'
  and actual.status in ('costed', 'posted', 'adjusted')
  and not exists (
      select from project_actual original
      where original.key = actual.system || ':' || actual.reversal_of
        and original.status = 'reversed'
  );

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

-- One row per control that should run: when it last did, and whether that run failed.
create view control_state as
select
    control.code as key,
    control.title,
    control.judged_at,
    case when last.state = 'failed' then last.as_of end as failed_at,
    last.error
from controls_control control
left join lateral (
    select run.state, run.as_of, run.error
    from controls_controlrun run
    where run.control_id = control.code
    order by run.started_at desc, run.id desc
    limit 1
) last on true
where control.active
  and control.code <> 'IN12';
