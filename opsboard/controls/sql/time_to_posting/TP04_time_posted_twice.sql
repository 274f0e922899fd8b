-- TP04 Time posted twice
--
-- One approved entry may stand in the project ledger once. More than one line that names the entry
-- and was not reversed is a double posting, unless together they hold no more than its hours: then
-- it was posted in parts.
--
-- slug: time_posted_twice
-- workflow: time_to_posting
-- class: data_quality
-- owner: integration_support
-- integrity: yes
-- population: time_entry where system_role = 'psa'
-- against: project_actual where system_role = 'erp'
-- feeds: psa.time_entry, erp.project_actual
-- watches: time_entry
--   project_actual.source_key -> key
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_bill_value=B, erp_bill_value=B
-- severity: floor high
-- period: CO-C
-- specification: domain TP04, exact matches; lookalikes under other ids are a later rule, and cash
--   at risk once it is billed needs what the invoice lines bill
-- remediation:
--   1. Reverse the surplus lines in the ERP; leave the first one.
--   2. Find out why the interface accepted the same entry again, and mend its duplicate check.
--   3. The next reading of the ERP must show a single line.
select
    entry.key as subject,
    case when posted.times > 1 and posted.hours > entry.hours then posted.since end as look_at,
    case when entry.billable
        then (posted.times - 1) * coalesce(entry.bill_amount, entry.hours * entry.bill_rate)
    end as misstatement,
    posted.cost_amount * (posted.times - 1) / nullif(posted.times, 0) as misstatement_cost,
    entry.bill_currency as currency,
    posted.cost_currency,
    entry.entity,
    entry.project_id,
    entry.worker_id,
    entry.work_date as service_date,
    entry.hours || ' h by ' || coalesce(person.name, entry.worker) || ' on '
        || coalesce(work.code, entry.project) || ', ' || to_char(entry.work_date, 'FMDD FMMonth')
        || ', are posted ' || posted.times || ' times' as title,
    'double_posting' as root_cause,
    entry.key as root_entity,
    1 as psa_lines,
    posted.times as erp_lines,
    entry.hours as psa_hours,
    posted.hours as erp_hours,
    coalesce(entry.bill_amount, entry.hours * entry.bill_rate) as psa_bill_value,
    posted.bill_amount as erp_bill_value,
    posted.documents as ledger_lines
from time_entry entry
left join entity person on person.id = entry.worker_id
left join entity work on work.id = entry.project_id
left join lateral (
    select
        sum(actual.hours) as hours,
        sum(actual.bill_amount) as bill_amount,
        sum(actual.cost_amount) as cost_amount,
        max(actual.cost_currency) as cost_currency,
        max(coalesce(
            actual.posted_at,
            actual.source_updated_at,
            actual.work_date::timestamp at time zone 'UTC'
        )) as since,
        string_agg(actual.key, ', ' order by actual.key) as documents,
        -- A reversal takes a posting away; an adjustment is neither.
        sum(sign(actual.hours)) filter (where actual.txn_type <> 'adjustment') as times
    from posted_actual actual
    where actual.source_key = entry.key
) posted on true
where entry.system_role = 'psa'
