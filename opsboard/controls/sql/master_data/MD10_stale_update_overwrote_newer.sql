-- MD10 Older message replaced newer data
--
-- Messages may arrive in any order, but a target must never go back to an older version of a record.
-- A message that was applied after a newer one has undone a change that somebody approved; it stays a
-- finding until the newest version is applied again. One that was set aside as superseded is healthy.
--
-- slug: stale_update_overwrote_newer
-- workflow: master_data
-- class: retryable
-- owner: integration_support
-- integrity: yes
-- population: integration_message where outcome = 'applied'
-- feeds: middleware.integration_message
-- watches: integration_message
--   integration_message.subject_key -> subject_key
--   forecast_line.key -> subject_key
--   forecast_line.key -> target_ref
--   budget_line.key -> subject_key
--   budget_line.key -> target_ref
--   project -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_value=B, erp_value=B
-- severity: floor medium
-- period: CO-C
-- specification: domain MD10, by the versions that messages carry. A rollback that is published as a new
--   version is no fault; a patch of single fields cannot be told from a whole record. Money is the
--   difference of revenue between two plans; of rates it is not known
-- remediation:
--   1. Have the middleware send the newest version again.
--   2. Have the receiver refuse versions lower than the one it holds.
--   3. The newest version, applied last, is the proof.
select
    message.key as subject,
    message.subject_key = '' or message.subject_version is null as out_of_scope,
    case when message.newer_key is not null then message.applied_at end as look_at,
    nullif(abs(plan.source_value - plan.value), 0) as misstatement,
    plan.currency,
    case when plan.key is not null then plan.key end as atom,
    case when message.subject_kind in (
        'budget_line', 'rate_card', 'rate_line', 'cost_rate', 'contract', 'change_order',
        'billing_schedule', 'revenue_schedule'
    ) then 'high' end as severity_floor,
    coalesce(plan.entity, message.entity) as entity,
    plan.project_id,
    initcap(left(message.subject_kind, 1)) || substr(replace(message.subject_kind, '_', ' '), 2)
        || ' ' || message.subject_key || ' was set back in ' || message.target
        || ' by an older message of ' || replace(message.flow, '_', ' ') as title,
    'older_applied_last' as root_cause,
    coalesce(nullif(message.target_ref, ''), message.subject_key) as root_entity,
    message.subject_key || ' was set back in ' || message.target || ' by an older message'
        as cause_title,
    message.subject_version as applied_version,
    message.applied_at,
    message.newer_version,
    message.newer_applied_at,
    message.newer_key as newer_message,
    message.target_ref as set_back,
    plan.source_value as psa_value,
    plan.value as erp_value
from applied_message message
left join lateral (
    -- Of the few that set something back, hence the fence.
    select
        source.value as source_value,
        source.currency,
        target.key,
        target.value,
        target.entity,
        target.project_id
    from (select message.subject_key, message.target_ref) one
    left join lateral (
        select line.revenue as value, line.currency
        from forecast_line line
        where line.key = one.subject_key
        union all
        select line.revenue, line.currency
        from budget_line line
        where line.key = one.subject_key
        limit 1
    ) source on true
    left join lateral (
        select line.key, line.revenue as value, line.entity, line.project_id
        from forecast_line line
        where line.key = one.target_ref
        union all
        select line.key, line.revenue, line.entity, line.project_id
        from budget_line line
        where line.key = one.target_ref
        limit 1
    ) target on true
    where message.newer_key is not null
    offset 0
) plan on true
