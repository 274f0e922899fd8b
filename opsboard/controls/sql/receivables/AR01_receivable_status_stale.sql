-- AR01 Receivable shown with an old status
--
-- What the ERP says of an issued invoice, its status and what is still open, must reach sales and
-- delivery within a day. Otherwise a customer who has paid is chased, or one who has not is left in
-- peace. A copy that rounds to whole units agrees.
--
-- slug: receivable_status_stale
-- workflow: receivables
-- class: retryable
-- owner: integration_support
-- population: invoice where system_role = 'erp'
-- against: invoice where system_role <> 'erp'
-- feeds: erp.invoice, any.invoice
-- watches: invoice
--   invoice.canonical_id -> canonical_id
--   party.canonical_id -> party_id
--   project.canonical_id -> project_id
--   legal_entity -> any
-- sensitive: open_amount=B, copies_open=B
-- severity: cap medium
-- period: CO-N
-- parameters: grace_hours = 24, tolerance_cents = 1
-- specification: domain AR01. What is at risk is what the ERP still has open: of an invoice that was
--   paid, nothing. A system without any copy of the invoice is not stale, and a due date or dispute
--   counts only by the status it leads to; the money sits on the invoice itself
-- remediation:
--   1. Look for the status message of the invoice in the middleware, and send it again.
--   2. If it was refused, correct what the refusal names first.
--   3. Tell whoever chases the customer what is really open.
select
    invoice.key as subject,
    invoice.status not in (
        'issued', 'delivered', 'part_paid', 'paid', 'disputed', 'credited', 'written_off', 'void'
    ) as out_of_scope,
    case when copy.systems is not null
        then case when copy.state_differs
            then coalesce(invoice.status_since, invoice.source_updated_at)
            else coalesce(invoice.source_updated_at, invoice.status_since)
        end + make_interval(hours => %(grace_hours)s)
    end as look_at,
    coalesce(invoice.open_amount, 0) as cash_at_risk,
    invoice.currency,
    invoice.entity,
    invoice.project_id,
    invoice.party_id,
    invoice.issued_on as service_date,
    'Invoice ' || coalesce(nullif(invoice.number, ''), invoice.source_id) || ' to '
        || coalesce(customer.name, invoice.party) || ' is ' || replace(invoice.status, '_', ' ')
        || ', but ' || upper(copy.systems) || ' shows it as ' || copy.statuses as title,
    'copy_stale' as root_cause,
    invoice.key as root_entity,
    coalesce(customer.name, invoice.party) as customer,
    invoice.status,
    invoice.status_since,
    invoice.open_amount,
    copy.systems as stale_in,
    copy.statuses as shown_as,
    copy.open as copies_open
from invoice
left join entity customer on customer.id = invoice.party_id
left join lateral (
    select
        string_agg(copy.system, ' and ' order by copy.system) as systems,
        string_agg(distinct replace(copy.status, '_', ' ')
            || case when copy.status = invoice.status then ' with another open amount' else '' end,
            ' and ') as statuses,
        bool_or(copy.status <> invoice.status) as state_differs,
        string_agg(coalesce(copy.open_amount, 0)::text, ', ' order by copy.system) as open
    from invoice copy
    where copy.canonical_id = invoice.canonical_id
      and copy.system_role <> 'erp'
      and (
          copy.status <> invoice.status
          or (
              abs(copy.open_amount - invoice.open_amount) * 100 > %(tolerance_cents)s
              and copy.open_amount <> round(invoice.open_amount)
          )
      )
) copy on true
where invoice.system_role = 'erp'
