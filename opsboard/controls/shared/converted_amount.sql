-- What the ERP holds in two currencies: expenses, invoices and lines of the project ledger, each with
-- its amount as it was agreed and as it stands in the entity's books. `day` is the day whose rate counts.
create view converted_amount as
select
    expense.key,
    expense.system,
    expense.entity,
    expense.project_id,
    expense.worker,
    expense.worker_id,
    null::bigint as party_id,
    expense.spent_on as day,
    expense.amount,
    expense.currency,
    expense.amount_functional,
    coalesce(company.functional_currency, '') as functional_currency,
    expense.fx_rate as rate,
    expense.source_updated_at as since,
    coalesce(nullif(expense.expense_type, ''), 'expense') as what
from expense_item expense
left join legal_entity company on company.key = expense.system || ':' || expense.legal_entity
where expense.system_role = 'erp'
union all
select
    invoice.key,
    invoice.system,
    invoice.entity,
    invoice.project_id,
    '',
    null,
    invoice.party_id,
    coalesce(invoice.issued_on, invoice.planned_on),
    invoice.gross,
    invoice.currency,
    invoice.gross_functional,
    coalesce(company.functional_currency, ''),
    null,
    invoice.source_updated_at,
    'invoice ' || coalesce(nullif(invoice.number, ''), invoice.source_id)
from invoice
left join legal_entity company on company.key = invoice.system || ':' || invoice.legal_entity
where invoice.system_role = 'erp'
union all
select
    actual.key,
    actual.system,
    actual.entity,
    actual.project_id,
    actual.worker,
    actual.worker_id,
    null,
    coalesce(actual.accounting_date, actual.work_date),
    actual.cost_amount,
    actual.cost_currency,
    actual.cost_amount_functional,
    coalesce(company.functional_currency, ''),
    null,
    coalesce(actual.posted_at, actual.source_updated_at),
    'cost of ' || replace(actual.txn_type, '_', ' ')
from project_actual actual
left join legal_entity company on company.key = actual.system || ':' || actual.legal_entity
where actual.system_role = 'erp';
