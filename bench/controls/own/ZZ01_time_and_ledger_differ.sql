-- ZZ01 Time and ledger differ
--
-- Four rules in one pass: an entry that was never posted, one posted more than once, one posted with
-- another amount, and a posting of an entry that the PSA does not know. For the bench alone.
--
-- slug: time_and_ledger_differ
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: entry_or_posting
-- against: project_actual where system_role = 'erp'
-- feeds: psa.time_entry, erp.project_actual
-- watches: time_entry
--   project_actual.source_key -> key
-- remediation:
--   1. Nothing: this is a bench.
select
    key as subject,
    case
        when entry.key is null
        then (
            select min(actual.posted_at) from project_actual actual
            where actual.source_key = posted.key
        )
        when posted.times is null or posted.times > 1 or posted.amount <> entry.bill_amount
        then entry.approved_at
    end as look_at,
    case
        when entry.key is null then posted.amount
        when posted.times is null then entry.bill_amount
        else abs(posted.amount - entry.bill_amount)
    end as misstatement,
    coalesce(
        entry.bill_currency,
        (
            select min(actual.bill_currency) from project_actual actual
            where actual.source_key = posted.key
        )
    ) as currency,
    coalesce(entry.hours || ' h of ' || entry.worker, key) || ' differ from the ledger' as title,
    case
        when entry.key is null then 'unknown_to_psa'
        when posted.times is null then 'never_posted'
        when posted.times > 1 then 'posted_twice'
        else 'posted_otherwise'
    end as root_cause,
    'project:' || coalesce(
        entry.project,
        (
            select min(actual.project) from project_actual actual
            where actual.source_key = posted.key
        )
    ) as root_entity,
    posted.times as against_rows,
    entry.hours as psa_hours,
    posted.times as erp_postings
from (
    select key, bill_amount, bill_currency, approved_at, worker, project, hours
    from time_entry
    where system_role = 'psa'
) entry
full join (
    select source_key as key, count(*) as times, sum(bill_amount) as amount
    from project_actual
    where system_role = 'erp'
    group by source_key
) posted using (key)
