-- What invoices bill, project by project: `times` says of every time entry, expense and event how
-- often it stands on a line, drafts included. A credit note takes one away, so that credit and rebill
-- leave one. Lines find their project by their own reference; void invoices and proformas bill nothing.
create view billed_source as
select counted.project_id, jsonb_object_agg(counted.key, counted.times) as times
from (
    select
        line.project_id,
        source.key,
        sum(case invoice.type when 'credit_note' then -1 else 1 end) as times
    from invoice_line line
    join invoice on invoice.key = line.system || ':' || line.invoice
    cross join lateral unnest(line.source_keys) source (key)
    where line.system_role = 'erp'
      and invoice.status <> 'void'
      and invoice.type <> 'proforma'
    group by line.project_id, source.key
) counted
group by counted.project_id;
