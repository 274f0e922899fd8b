-- RV06 Subledger and ledger differ
--
-- A control account holds what its subledger sent it, and nothing else: receivables what was invoiced
-- and paid, the contract account what was recognised and invoiced, project cost what was costed. A
-- journal typed by hand into such an account makes the ledger say what no subledger knows.
--
-- slug: subledger_gl_mismatch
-- workflow: revenue
-- class: business_rule
-- owner: revenue_accounting
-- population: gl_posting where system_role = 'erp'
-- feeds: erp.gl_posting
-- watches: gl_posting
--   project.canonical_id -> project_id
--   legal_entity -> any
-- sensitive: debit=B, credit=B
-- severity: floor near a close high
-- period: CO-C
-- parameters: grace_minutes = 240, tolerance = 1, receivable_account = 1100,
--   contract_account = 1150, labour_account = 5000, expense_account = 5200,
--   subcontract_account = 5300
-- specification: domain RV06, for journals by hand on a control account, line by line. Balances of
--   subledger and ledger are not added up against each other: no kind tells which account holds what,
--   nor the functional amount of recognised revenue. A deployment names its control accounts. A
--   reversed journal clears once the ERP marks it reversed
-- remediation:
--   1. Ask whoever wrote the journal what it was for; the controller decides.
--   2. Reverse it, and post what it meant in the subledger.
--   3. Reconcile the account for the period again.
select
    posting.key as subject,
    posting.status <> 'posted'
        or posting.account not in (
            %(receivable_account)s::text,
            %(contract_account)s::text,
            %(labour_account)s::text,
            %(expense_account)s::text,
            %(subcontract_account)s::text
        ) as out_of_scope,
    case when posting.manual
        and posting.reversal_of = ''
        and abs(posting.debit - posting.credit) > %(tolerance)s
        then after_working_minutes(
            home.calendar,
            coalesce(posting.posted_at, posting.source_updated_at),
            %(grace_minutes)s
        )
    end as look_at,
    abs(posting.debit - posting.credit) as misstatement,
    posting.currency,
    posting.entity,
    posting.project_id,
    posting.accounting_date as service_date,
    'Journal ' || posting.journal_no || ' was typed into control account ' || posting.account
        || ' of ' || coalesce(posting.entity, posting.legal_entity) as title,
    'manual_journal' as root_cause,
    posting.key as root_entity,
    posting.journal_no as journal,
    posting.account,
    posting.accounting_date,
    posting.created_by,
    posting.approved_by,
    posting.debit,
    posting.credit
from gl_posting posting
left join entity_calendar home on home.entity = posting.entity
where posting.system_role = 'erp'
