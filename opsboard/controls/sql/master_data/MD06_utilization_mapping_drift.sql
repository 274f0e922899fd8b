-- MD06 Time categories have drifted apart
--
-- Utilization only means something while every system's local code for time stands for exactly one
-- approved category on every day it is used. A code in use that nobody mapped, a code with two
-- meanings, one that is used after it was retired, and one whose mapping was never approved all bend
-- the figures of everybody.
--
-- slug: utilization_mapping_drift
-- workflow: master_data
-- class: data_quality
-- owner: pmo
-- population: code_in_use
-- against: utilization_category
-- feeds: psa.time_entry, middleware.utilization_category
-- period: CO-N
-- parameters: grace_minutes = 540, share_per_thousand = 5
-- incremental: no, a code is all the time that was ever written under it
-- specification: domain MD06; codes are seen where they are written, on time, and where they are mapped:
--   the kinds hold no labour class of the ledger or of payroll, so entries cannot be compared one by
--   one. A code whose mapping is only proposed is in pilot for as long as it is not used
-- causes: code_ambiguous, code_unmapped
-- remediation:
--   1. Have PMO and finance agree what the code means, and since when.
--   2. Approve the mapping, end the one that is wrong, or recode the time in the PSA.
--   3. Restate the utilization of the weeks concerned; dates of validity keep history as it was.
select
    code.key as subject,
    case when wrong.reason is not null
        then after_working_minutes('default', wrong.since, %(grace_minutes)s) end as look_at,
    case when wrong.hours * 1000 > firm.hours * %(share_per_thousand)s then 'medium' end
        as severity_floor,
    case when wrong.hours * 1000 > firm.hours * %(share_per_thousand)s then 'high' else 'low' end
        as severity_cap,
    'Code ' || code.local_code || ' of ' || code.system || ' ' || wrong.reason
        || coalesce(', ' || nullif(wrong.hours, 0) || ' h are affected', '') as title,
    wrong.cause as root_cause,
    'code:utilization:' || code.system || ':' || code.local_code as root_entity,
    'Code ' || code.local_code || ' of ' || code.system || ' ' || wrong.reason as cause_title,
    code.system as used_by,
    code.local_code,
    mapped.meanings,
    mapped.states,
    wrong.hours as hours_affected,
    round(wrong.hours * 100 / nullif(firm.hours, 0), 2) as percent_of_all_hours,
    code.first_day,
    code.last_day
from code_in_use code
cross join (select sum(hours) as hours from code_in_use) firm
cross join lateral (
    select
        string_agg(distinct mapping.code, ', ' order by mapping.code) as meanings,
        string_agg(distinct mapping.status, ', ' order by mapping.status) as states,
        count(*) filter (where mapping.status = 'approved') as approved,
        bool_or(mapping.status = 'retired' or mapping.valid_to is not null) as is_ended
    from utilization_category mapping
    where mapping.used_by = code.system
      and mapping.local_code = code.local_code
) mapped
left join lateral (
    select
        max(greatest(one.source_updated_at, other.source_updated_at)) as since,
        min(greatest(one.valid_from, other.valid_from)) as first_day
    from utilization_category one
    join utilization_category other
      on other.used_by = one.used_by
     and other.local_code = one.local_code
     and other.code > one.code
     and other.status = 'approved'
     and other.valid_from <= coalesce(one.valid_to, 'infinity')
     and one.valid_from <= coalesce(other.valid_to, 'infinity')
    where one.used_by = code.system
      and one.local_code = code.local_code
      and one.status = 'approved'
    having count(*) > 0
) clash on true
left join lateral (
    select found.reason, found.cause, found.hours, found.since
    from (
        values
            (clash.since is not null, 'has two meanings at once', 'code_ambiguous', code.hours,
                clash.since),
            (code.bare_hours > 0,
                case
                    when mapped.is_ended then 'is used although it was retired'
                    when mapped.states is not null then 'is used before its mapping is approved'
                    else 'has no category' end,
                'code_unmapped', code.bare_hours, code.bare_since)
    ) found (holds, reason, cause, hours, since)
    where found.holds
    limit 1
) wrong on true
