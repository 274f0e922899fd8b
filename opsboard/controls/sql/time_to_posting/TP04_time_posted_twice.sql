-- TP04 Time posted twice
--
-- One approved entry may stand in the project ledger once. More than one line that names the entry
-- and was not reversed is a double posting, unless together they hold no more than its hours: then
-- it was posted in parts. Two entries of one person with the same project, task, day, hours and note
-- that were posted within a week look like one: that is only suggested, and a person has to say.
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
--   time_entry.worker_id -> worker_id
--   project_actual.worker_id -> worker_id
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_bill_value=B, erp_bill_value=B
-- severity: floor high
-- period: CO-C
-- parameters: lookalike_days = 7
-- specification: domain TP04; lookalikes need a note, two half days without one are common. The later
--   of the two is the subject. Time that is billed twice is BL07's, with its cash
-- remediation:
--   1. Reverse the surplus lines in the ERP; leave the first one.
--   2. But where two entries only look alike, ask the person first: both may be meant.
--   3. Find out why the interface accepted the same entry again, and mend its duplicate check.
--   4. The next reading of the ERP must show a single line.
select
    entry.key as subject,
    case when surplus.times > 0 then posted.since end as look_at,
    case when entry.billable
        then surplus.times * coalesce(entry.bill_amount, entry.hours * entry.bill_rate)
    end as misstatement,
    posted.cost_amount * surplus.times / nullif(posted.times, 0) as misstatement_cost,
    entry.bill_currency as currency,
    posted.cost_currency,
    entry.entity,
    entry.project_id,
    entry.worker_id,
    entry.work_date as service_date,
    entry.hours || ' h by ' || coalesce(person.name, entry.worker) || ' on '
        || coalesce(work.code, entry.project) || ', ' || to_char(entry.work_date, 'FMDD FMMonth')
        || case when twin.key is null or doubled.is_double then ', are posted ' || posted.times
            || ' times' else ', look like a second posting of ' || twin.key end as title,
    case when twin.key is null or doubled.is_double then 'double_posting'
        else 'lookalike_posting' end as root_cause,
    entry.key as root_entity,
    1 as psa_lines,
    posted.times as erp_lines,
    entry.hours as psa_hours,
    posted.hours as erp_hours,
    coalesce(entry.bill_amount, entry.hours * entry.bill_rate) as psa_bill_value,
    posted.bill_amount as erp_bill_value,
    posted.documents as ledger_lines,
    case when doubled.is_double then 'exact' when twin.key is not null then 'suggested' end
        as match,
    twin.key as lookalike
from time_entry entry
left join entity person on person.id = entry.worker_id
left join entity work on work.id = entry.project_id
left join (
    select
        actual.source_key,
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
    group by actual.source_key
) posted on posted.source_key = entry.key
cross join lateral (
    select coalesce(posted.times > 1 and posted.hours > entry.hours, false) as is_double
) doubled
left join lateral (
    select other.key
    from time_entry other
    where posted.times > 0
      and entry.note <> ''
      and other.system = entry.system
      and other.worker = entry.worker
      and other.project = entry.project
      and other.task = entry.task
      and other.work_date = entry.work_date
      and other.hours = entry.hours
      and lower(trim(other.note)) = lower(trim(entry.note))
      and other.key < entry.key
      and exists (
          select from posted_actual actual
          where actual.source_key = other.key
            and actual.hours > 0
            and actual.posted_at >= posted.since - make_interval(days => %(lookalike_days)s)
            and actual.posted_at <= posted.since + make_interval(days => %(lookalike_days)s)
      )
    order by other.key
    limit 1
) twin on true
cross join lateral (
    select case when doubled.is_double then posted.times - 1
        when twin.key is not null then 1 else 0 end as times
) surplus
where entry.system_role = 'psa'
