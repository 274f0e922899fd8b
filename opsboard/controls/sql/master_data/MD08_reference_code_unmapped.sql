-- MD08 Code without a mapping
--
-- Systems speak of roles, taxes, kinds of expense and kinds of time in codes of their own. Each code
-- needs a mapping that was approved and held on the day of the record, or the next system cannot
-- take the record. One code is one cause, with every record that carries it.
--
-- slug: reference_code_unmapped
-- workflow: master_data
-- class: data_quality
-- owner: integration_support
-- population: coded_record
-- against: code_mapping
-- feeds: middleware.code_mapping
-- watches: time_entry
--   expense_item
--   billing_event
--   assignment
--   code_mapping -> any
--   worker.canonical_id -> worker_id
--   project.canonical_id -> project_id
--   legal_entity -> any
-- severity: floor low
-- period: CO-C
-- incremental: no, four kinds of records carry codes, and one mapping concerns all that carry its code
-- specification: domain MD08, for the codes that the PSA writes; a list of codes of which a system has
--   no mapping at all is not mapped and not judged, skills are nowhere sent. A mapping that is only
--   proposed is a pilot and is left alone. What waits because of a code is claimed where it waits,
--   by TP01 and EX01
-- remediation:
--   1. Ask the steward of the list what the code means to all systems, and since when.
--   2. Have two people approve the mapping in the middleware.
--   3. Have the middleware replay the records that were held back.
select
    carrier.key as subject,
    carrier.is_out_of_scope
        or carrier.code = ''
        or carrier.day is null
        or not kept.is_mapped as out_of_scope,
    case when kept.is_mapped and not mapped.holds then carrier.since end as look_at,
    carrier.entity,
    carrier.project_id,
    carrier.worker_id,
    carrier.day as service_date,
    initcap(left(carrier.kind, 1)) || substr(replace(carrier.kind, '_', ' '), 2) || ' of '
        || to_char(carrier.day, 'FMDD FMMonth') || ' carries the code ' || carrier.code
        || ', which has no mapping' as title,
    'code_unmapped' as root_cause,
    'code:' || carrier.domain || ':' || carrier.system || ':' || carrier.code as root_entity,
    'Code ' || carrier.code || ' of ' || carrier.system || ' has no mapping' as cause_title,
    carrier.domain as list_of_codes,
    carrier.system as used_by,
    carrier.code,
    carrier.day,
    mapped.last_until as mapped_until
from coded_record carrier
left join (
    select distinct mapping.domain, mapping.used_by, true as is_known
    from code_mapping mapping
) list on list.domain = carrier.domain and list.used_by = carrier.system
cross join lateral (select coalesce(list.is_known, false) as is_mapped) kept
left join (
    select
        mapping.domain,
        mapping.used_by,
        mapping.local_code,
        range_agg(daterange(mapping.valid_from, mapping.valid_to, '[]')) filter (
            where mapping.status in ('approved', 'proposed')
              and mapping.valid_from <= coalesce(mapping.valid_to, 'infinity')
        ) as days,
        max(mapping.valid_to) as last_until
    from code_mapping mapping
    group by mapping.domain, mapping.used_by, mapping.local_code
) known
  on known.domain = carrier.domain
 and known.used_by = carrier.system
 and known.local_code = carrier.code
cross join lateral (
    select coalesce(known.days @> carrier.day, false) as holds, known.last_until
) mapped
