-- R04 Invoices are the same in delivery, in finance and in the ledger
--
-- What delivery shows as invoiced is what the ERP issued, and what its ledger holds as receivable.
-- Delivery is compared invoice by invoice, the ledger day by day; journals typed by hand into
-- receivables are R07's.
--
-- slug: invoices
-- unit: amount
-- left: invoices as the PSA shows them, at the ERP's exchange rate, by day of issue
-- right: receivables posted to the ledger
-- explained_by: AR01, RV06, BL06
-- sensitive: B
-- feeds: erp.invoice, psa.invoice, erp.gl_posting
-- parameters_of: RV06
-- specification: domain C.12 R4, gross, in the entity's currency. A journal names no invoice
--   that could be relied on, so the ledger is compared by entity and day; revenue of the ledger
--   is R05's
with issued as (
    select
        invoice.key,
        invoice.canonical_id,
        invoice.number,
        invoice.party_id,
        invoice.entity,
        invoice.issued_on,
        invoice.gross,
        coalesce(invoice.gross_functional, invoice.gross) as amount,
        coalesce(nullif(company.functional_currency, ''), invoice.currency) as currency
    from invoice
    left join legal_entity company on company.key = invoice.system || ':' || invoice.legal_entity
    where invoice.system_role = 'erp'
      and invoice.issued_on is not null
      and invoice.type <> 'proforma'
      and invoice.status <> 'void'
)
select
    issued.key,
    array[issued.key] as subjects,
    'Invoice ' || issued.number || ' to ' || coalesce(customer.name, 'an unknown customer') as what,
    issued.entity,
    issued.issued_on as day,
    issued.currency,
    shown.amount as came_in,
    issued.amount as went_out,
    shown.amount - issued.amount as open,
    0 as agreed,
    case
        when copy.key is null then 'unknown to delivery'
        when shown.amount = issued.amount then 'the same in both'
        else 'another amount in delivery'
    end as bucket,
    coalesce(reference.confirmed_by, '') <> '' as confirmed,
    false as waits
from issued
left join entity customer on customer.id = issued.party_id
left join lateral (
    select copy.key, copy.gross, copy.system, copy.source_id
    from invoice copy
    where copy.canonical_id = issued.canonical_id
      and copy.system_role = 'psa'
    order by copy.key
    limit 1
) copy on true
left join records_crossreference reference
  on reference.kind = 'invoice'
 and reference.system = copy.system
 and reference.native_id = copy.source_id
cross join lateral (
    select case
        when copy.key is null then 0
        when copy.gross = issued.gross then issued.amount
        else round(copy.gross * issued.amount / nullif(issued.gross, 0), 2)
    end as amount
) shown
union all
select
    'ledger:' || coalesce(day.entity, '') || ':' || day.day || ':' || day.currency,
    '{}',
    'Receivables in the ledger, ' || to_char(day.day, 'FMDD FMMonth YYYY'),
    day.entity,
    day.day,
    day.currency,
    0,
    day.posted - day.issued,
    day.issued - day.posted,
    0,
    'the ledger differs',
    false,
    false
from (
    select
        side.entity,
        side.day,
        side.currency,
        sum(side.issued) as issued,
        sum(side.posted) as posted
    from (
        select entity, issued_on as day, currency, amount as issued, 0 as posted from issued
        union all
        select
            posting.entity,
            posting.accounting_date,
            coalesce(nullif(posting.currency, ''), company.functional_currency, ''),
            0,
            posting.debit - posting.credit
        from gl_posting posting
        left join legal_entity company
          on company.key = posting.system || ':' || posting.legal_entity
        where posting.system_role = 'erp'
          and posting.account = %(receivable_account)s::text
          and posting.status = 'posted'
          and not posting.manual
          -- An invoice's journal has a contract side; one of cash has not.
          and (posting.system, posting.legal_entity, posting.journal_no) in (
              select invoiced.system, invoiced.legal_entity, invoiced.journal_no
              from gl_posting invoiced
              where invoiced.account = %(contract_account)s::text
          )
    ) side
    group by side.entity, side.day, side.currency
) day
where day.issued <> day.posted
