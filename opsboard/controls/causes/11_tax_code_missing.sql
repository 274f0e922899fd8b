-- There is no tax code
--
-- workflow: billing
-- class: data_quality
-- watches: expense_item -> record
--   invoice_line -> record
--   tax_code -> findings
-- remediation:
--   1. Decide how it is taxed; exempt and zero are codes, too.
--   2. Enter the code where the line was written; then post again.
select
    failing.subject,
    'tax_code:' || line.entity || ':' || coalesce(nullif(line.tax_code, ''), 'none') as root_entity,
    case line.tax_code
        when '' then 'Lines of ' || coalesce(line.entity, 'no entity') || ' have no tax code'
        else 'Tax code ' || line.tax_code || ' does not exist' end as title
from failing
cross join lateral (
    select expense.entity, expense.tax_code, expense.system
    from expense_item expense
    where failing.kind = 'expense_item'
      and expense.key = failing.about
    union all
    select line.entity, line.tax_code, line.system
    from invoice_line line
    where failing.kind = 'invoice_line'
      and line.key = failing.about
) line
where line.tax_code = ''
