-- ZZ02 Posting without an entry
--
-- The fourth rule: what the ledger holds and the PSA does not know. For the bench alone.
--
-- slug: posting_without_entry
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: project_actual where system_role = 'erp'
-- against: time_entry where system_role = 'psa'
-- feeds: erp.project_actual, psa.time_entry
-- watches: project_actual
--   time_entry.key -> source_key
-- remediation:
--   1. Nothing: this is a bench.
select
    actual.key as subject,
    case when entry.key is null then actual.posted_at end as look_at,
    actual.bill_amount as misstatement,
    actual.bill_currency as currency,
    actual.hours || ' h stand in the ledger alone' as title,
    'unknown_to_psa' as root_cause,
    'project:' || actual.project as root_entity,
    actual.hours as erp_hours
from project_actual actual
left join time_entry entry on entry.key = actual.source_key
where actual.system_role = 'erp'
