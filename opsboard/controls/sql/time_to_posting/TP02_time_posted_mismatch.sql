-- TP02 Posted time differs from what was approved
--
-- What the ledger holds for an approved entry, reversals netted, must say the same hours, day,
-- person, project, task and, where both sides give them in one currency, the same bill and cost. An
-- entry that is not posted is TP01's, one that is posted again beyond its hours TP04's.
--
-- slug: time_posted_mismatch
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: time_entry where system_role = 'psa'
-- against: project_actual where system_role = 'erp'
-- feeds: psa.time_entry, erp.project_actual
-- watches: time_entry
--   project_actual.source_key -> key
--   project.canonical_id -> project_id
--   cost_rate.worker_id -> worker_id
--   cost_rate -> any
--   assignment.worker_id -> worker_id
--   wbs_task -> any
--   worker.canonical_id -> worker_id
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_bill_value=B, erp_bill_value=B
-- severity: floor low
-- period: CO-C, CO-L
-- parameters: grace_hours = 24, tolerance_minutes = 1, tolerance_cents = 1, cost_permille = 5
-- specification: domain TP02; tasks are compared where an identity joins the two systems' tasks.
--   Amounts in two currencies are not compared, they count by the hours that differ. A posting
--   without any cost is not a difference of cost: ST01 holds it
-- remediation:
--   1. Decide with the project manager which side is right.
--   2. Correct the entry in the PSA if it is wrong there; reverse and post again from the PSA.
--   3. Never edit the line in the ERP: the next posting would differ again.
select
    entry.key as subject,
    entry.status not in ('approved', 'posted', 'billed') as out_of_scope,
    case when posted.hours <> 0
        and not (posted.times > 1 and posted.hours > entry.hours)
        and (
            abs(entry.hours - posted.hours) * 60 > %(tolerance_minutes)s
            or other.date is not null
            or other.worker_id is not null
            or other.project_id is not null
            or other.task_id is not null
            or abs(value.bill - value.posted_bill) * 100 > %(tolerance_cents)s
            or abs(value.cost - value.posted_cost) * 1000 > value.cost * %(cost_permille)s
        )
        then coalesce(
            entry.approved_at,
            entry.source_updated_at,
            (entry.work_date + 1)::timestamp at time zone 'UTC'
        ) + make_interval(hours => %(grace_hours)s)
    end as look_at,
    case when entry.billable
        then abs(coalesce(
            value.bill - value.posted_bill,
            (entry.hours - posted.hours)
                * coalesce(entry.bill_rate, entry.bill_amount / nullif(entry.hours, 0))
        ))
    end as misstatement,
    abs(coalesce(
        value.cost - value.posted_cost,
        (entry.hours - posted.hours) * rate.per_hour
    )) as misstatement_cost,
    entry.bill_currency as currency,
    rate.currency as cost_currency,
    entry.entity,
    entry.project_id,
    entry.worker_id,
    entry.work_date as service_date,
    'The ledger says ' || posted.hours || ' h, ' || coalesce(person.name, entry.worker)
        || ' was approved for ' || entry.hours || ' h on ' || coalesce(work.code, entry.project)
        || ', ' || to_char(entry.work_date, 'FMDD FMMonth') as title,
    'posted_mismatch' as root_cause,
    entry.key as root_entity,
    entry.hours as psa_hours,
    posted.hours as erp_hours,
    entry.work_date as psa_work_date,
    coalesce(other.date, entry.work_date) as erp_work_date,
    coalesce(person.name, entry.worker) as psa_person,
    coalesce(other_person.name, person.name, entry.worker) as erp_person,
    coalesce(work.code, entry.project) as psa_project,
    coalesce(other_work.code, work.code, entry.project) as erp_project,
    coalesce(task.name, entry.task) as psa_task,
    coalesce(other_task.name, task.name, entry.task) as erp_task,
    value.bill as psa_bill_value,
    posted.bill_amount as erp_bill_value
from time_entry entry
left join entity person on person.id = entry.worker_id
left join entity work on work.id = entry.project_id
left join (
    -- All at once: looked up entry by entry, the ledger's lines take three times as long.
    select
        line.source_key,
        sum(line.hours) as hours,
        sum(line.times) as times,
        sum(line.bill_amount) as bill_amount,
        sum(line.cost_amount) as cost_amount,
        max(line.bill_currency) as bill_currency,
        max(line.cost_currency) as cost_currency,
        min(line.work_date) filter (where line.hours > 0) as first_date,
        max(line.work_date) filter (where line.hours > 0) as last_date,
        min(line.worker_id) filter (where line.hours > 0) as first_worker_id,
        max(line.worker_id) filter (where line.hours > 0) as last_worker_id,
        min(line.project_id) filter (where line.hours > 0) as first_project_id,
        max(line.project_id) filter (where line.hours > 0) as last_project_id,
        min(line.task_id) filter (where line.hours > 0) as first_task_id,
        max(line.task_id) filter (where line.hours > 0) as last_task_id
    from (
        -- A line that was reversed says nothing any more about day, person and project; a reversal
        -- stands on the day of its line, even where the ERP dates it later.
        select
            actual.source_key,
            coalesce(original.work_date, actual.work_date) as work_date,
            actual.worker_id,
            actual.project_id,
            actual.task_id,
            sum(actual.hours) as hours,
            sum(actual.bill_amount) as bill_amount,
            sum(actual.cost_amount) as cost_amount,
            max(actual.bill_currency) as bill_currency,
            max(actual.cost_currency) as cost_currency,
            sum(sign(actual.hours)) filter (where actual.txn_type <> 'adjustment') as times
        from posted_actual actual
        left join project_actual original
          on original.key = actual.system || ':' || actual.reversal_of
        group by 1, 2, 3, 4, 5
        having sum(actual.hours) <> 0
    ) line
    group by line.source_key
) posted on posted.source_key = entry.key
cross join lateral (
    -- Of several others the one that differs is shown; what is not known differs from nothing.
    select
        case when entry.work_date is not null then coalesce(
            nullif(posted.first_date, entry.work_date),
            nullif(posted.last_date, entry.work_date)
        ) end as date,
        case when entry.worker_id is not null then coalesce(
            nullif(posted.first_worker_id, entry.worker_id),
            nullif(posted.last_worker_id, entry.worker_id)
        ) end as worker_id,
        case when entry.project_id is not null then coalesce(
            nullif(posted.first_project_id, entry.project_id),
            nullif(posted.last_project_id, entry.project_id)
        ) end as project_id,
        case when entry.task_id is not null then coalesce(
            nullif(posted.first_task_id, entry.task_id),
            nullif(posted.last_task_id, entry.task_id)
        ) end as task_id
) other
left join entity other_person on other_person.id = other.worker_id
left join entity other_work on other_work.id = other.project_id
left join entity task on task.id = entry.task_id
left join entity other_task on other_task.id = other.task_id
left join lateral (
    -- Of all days at once: by the person alone it is looked up once for each person.
    select
        array_agg(usable.valid_from order by usable.place) as valid_from,
        array_agg(usable.valid_to order by usable.place) as valid_to,
        array_agg(usable.per_hour order by usable.place) as per_hour,
        array_agg(usable.currency order by usable.place) as currency
    from (
        select
            known.*,
            row_number() over (order by
                known.type = 'loaded' and not known.is_standard desc,
                known.valid_from desc,
                known.key
            ) as place
        from usable_cost_rate known
        where known.worker_id = entry.worker_id
    ) usable
) rates on true
left join lateral (
    select daily.per_hour, daily.currency
    from unnest(rates.valid_from, rates.valid_to, rates.per_hour, rates.currency)
        with ordinality daily (valid_from, valid_to, per_hour, currency, place)
    where posted.hours <> 0
      and entry.work_date between daily.valid_from and daily.valid_to
    order by daily.place
    limit 1
) rate on true
cross join lateral (
    select
        case when entry.billable
            then coalesce(entry.bill_amount, entry.hours * entry.bill_rate) end as bill,
        entry.hours * rate.per_hour as cost,
        case when posted.bill_currency = entry.bill_currency
            then posted.bill_amount end as posted_bill,
        case when posted.cost_currency = rate.currency
            then nullif(posted.cost_amount, 0) end as posted_cost
) value
where entry.system_role = 'psa'
