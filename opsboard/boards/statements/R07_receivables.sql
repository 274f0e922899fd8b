-- R07 Receivables are the same in subledger, ledger and sales
--
-- What customers were invoiced less what they paid is what the receivable account of the ledger
-- holds, day by day. A journal typed into the account stands on a line of its own, and so does
-- every invoice of which sales shows another open amount.
--
-- slug: receivables
-- unit: amount
-- left: invoices issued and receipts, by day; closing is what customers owe
-- right: the ledger's receivable account, and the CRM's copies of open invoices
-- explained_by: RV06, AR01
-- sensitive: B
-- feeds: erp.invoice, erp.receipt, erp.gl_posting, crm.invoice
-- parameters_of: RV06
-- specification: domain C.12 R7, gross, in the entity's currency. Compared by entity and day,
--   since no journal names its invoice; receipts in another currency count at the rate of what
--   they pay
with money as (
    select
        invoice.entity,
        invoice.issued_on as day,
        coalesce(nullif(company.functional_currency, ''), invoice.currency) as currency,
        coalesce(invoice.gross_functional, invoice.gross) as invoiced,
        0 as received,
        0 as posted
    from invoice
    left join legal_entity company on company.key = invoice.system || ':' || invoice.legal_entity
    where invoice.system_role = 'erp'
      and invoice.issued_on is not null
      and invoice.type <> 'proforma'
      and invoice.status <> 'void'
    union all
    select
        receipt.entity,
        receipt.value_on,
        coalesce(nullif(company.functional_currency, ''), receipt.currency),
        0,
        round(receipt.amount * coalesce(paid.rate, 1), 2),
        0
    from receipt
    left join legal_entity company on company.key = receipt.system || ':' || receipt.legal_entity
    left join lateral (
        select max(invoice.gross_functional / nullif(invoice.gross, 0)) as rate
        from receipt_application application
        join invoice on invoice.key = application.system || ':' || application.invoice
        where receipt.currency <> company.functional_currency
          and application.system = receipt.system
          and application.receipt = receipt.source_id
    ) paid on true
    where receipt.system_role = 'erp'
      and receipt.status <> 'reversed'
    union all
    select
        posting.entity,
        posting.accounting_date,
        coalesce(nullif(posting.currency, ''), company.functional_currency, ''),
        0,
        0,
        posting.debit - posting.credit
    from gl_posting posting
    left join legal_entity company on company.key = posting.system || ':' || posting.legal_entity
    where posting.system_role = 'erp'
      and posting.account = %(receivable_account)s::text
      and posting.status = 'posted'
      and not posting.manual
)
select
    'day:' || coalesce(money.entity, '') || ':' || money.day || ':' || money.currency as key,
    '{}'::text[] as subjects,
    'Receivables of ' || to_char(money.day, 'FMDD FMMonth YYYY') as what,
    money.entity,
    money.day,
    money.currency,
    sum(money.invoiced) as came_in,
    sum(money.received) as went_out,
    sum(money.invoiced) - sum(money.received) as open,
    sum(money.posted) as agreed,
    case when sum(money.invoiced) - sum(money.received) = sum(money.posted)
        then 'the same in the ledger' else 'the ledger differs' end as bucket,
    false as confirmed,
    false as waits
from money
group by money.entity, money.day, money.currency
union all
select
    posting.key,
    array[posting.key],
    'Journal ' || posting.journal_no || ', typed by hand',
    posting.entity,
    posting.accounting_date,
    coalesce(nullif(posting.currency, ''), company.functional_currency, ''),
    0,
    0,
    0,
    posting.debit - posting.credit,
    'typed into the ledger',
    false,
    false
from gl_posting posting
left join legal_entity company on company.key = posting.system || ':' || posting.legal_entity
where posting.system_role = 'erp'
  and posting.account = %(receivable_account)s::text
  and posting.status = 'posted'
  and posting.manual
union all
select
    invoice.key,
    array[invoice.key],
    'Invoice ' || coalesce(nullif(invoice.number, ''), invoice.source_id) || ' in the CRM',
    invoice.entity,
    invoice.issued_on,
    coalesce(nullif(company.functional_currency, ''), invoice.currency),
    0,
    0,
    0,
    round(
        (copy.open_amount - invoice.open_amount)
            * coalesce(invoice.gross_functional / nullif(invoice.gross, 0), 1),
        2
    ),
    'sales shows another open amount',
    false,
    false
from invoice
join invoice copy
  on copy.canonical_id = invoice.canonical_id
 and copy.system_role = 'crm'
left join legal_entity company on company.key = invoice.system || ':' || invoice.legal_entity
where invoice.system_role = 'erp'
  and invoice.issued_on is not null
  and abs(copy.open_amount - invoice.open_amount) > 0.01
  -- A copy that rounds to whole units agrees.
  and copy.open_amount <> round(invoice.open_amount)
