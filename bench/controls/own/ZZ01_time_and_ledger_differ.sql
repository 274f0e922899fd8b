-- ZZ01 Time and ledger differ
--
-- Three rules in one pass: an entry that was never posted, one posted more than once, one posted with
-- another amount. For the bench alone.
--
-- slug: time_and_ledger_differ
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: time_entry where system_role = 'psa'
-- against: project_actual where system_role = 'erp'
-- feeds: psa.time_entry, erp.project_actual
-- watches: time_entry
--   project_actual.source_key -> key
-- remediation:
--   1. Nothing: this is a bench.
select
    entry.key as subject,
    case
        when posted.times is null or posted.times > 1 or posted.amount <> entry.bill_amount
        then entry.approved_at
    end as look_at,
    case
        when posted.times is null then entry.bill_amount
        else abs(posted.amount - entry.bill_amount)
    end as misstatement,
    entry.bill_currency as currency,
    entry.hours || ' h of ' || entry.worker || ' differ from the ledger' as title,
    case
        when posted.times is null then 'never_posted'
        when posted.times > 1 then 'posted_twice'
        else 'posted_otherwise'
    end as root_cause,
    'project:' || entry.project as root_entity,
    entry.hours as psa_hours,
    posted.times as erp_postings
from time_entry entry
left join (
    select source_key, count(*) as times, sum(bill_amount) as amount
    from project_actual
    where system_role = 'erp'
    group by source_key
) posted on posted.source_key = entry.key
where entry.system_role = 'psa'
