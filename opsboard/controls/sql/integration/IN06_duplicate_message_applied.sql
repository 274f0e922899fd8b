-- IN06 Message applied twice
--
-- A business message carries a key under which its target may apply it once. A message that was
-- applied although its target had applied the same key before, or the same version of the same
-- record under another key, has doubled something. A repeat that was ignored is healthy; so is one
-- that came after the first had been reversed.
--
-- slug: duplicate_message_applied
-- workflow: integration
-- class: data_quality
-- owner: integration_support
-- integrity: yes
-- population: integration_message where outcome = 'applied'
-- against: project_actual where system_role = 'erp'
-- feeds: middleware.integration_message, erp.project_actual
-- watches: integration_message
--   integration_message.subject_key -> subject_key
--   project_actual.source_key -> subject_key
--   time_entry.key -> subject_key
--   legal_entity -> any
-- sides: middleware, erp
-- sensitive: erp_bill_value=B, erp_cost=L
-- period: CO-C
-- specification: domain IN06; messages that name no record are not compared. Money is known of what
--   was posted to the project ledger, and stands on the record it was posted from; cash at risk once
--   it is billed is claimed by BL07
-- remediation:
--   1. Reverse what the second message made in the target; leave the first.
--   2. Find out why the receiver did not know the key, and have it keep keys at least 90 days.
--   3. The reversal in the target is the proof.
select
    message.key as subject,
    message.subject_key = '' or message.idempotency_key = '' as out_of_scope,
    case when earlier.key is not null and not made.is_undone
        then coalesce(message.applied_at, message.source_updated_at, message.received_at)
    end as look_at,
    made.bill_amount as misstatement,
    made.cost_amount as misstatement_cost,
    made.bill_currency as currency,
    made.cost_currency,
    made.atom,
    case when made.key is not null or message.subject_kind in
        ('time_entry', 'expense_item', 'billing_event', 'invoice', 'receipt', 'supplier_charge')
        then 'high' end as severity_floor,
    coalesce(made.entity, message.entity) as entity,
    made.project_id,
    made.worker_id,
    made.work_date as service_date,
    initcap(left(message.subject_kind, 1)) || substr(replace(message.subject_kind, '_', ' '), 2)
        || ' ' || message.subject_key || ' was applied again in ' || message.target
        || ' by ' || replace(message.flow, '_', ' ') as title,
    'double_posting' as root_cause,
    coalesce(nullif(message.subject_key, ''), message.key) as root_entity,
    message.subject_key || ' was applied more than once' as cause_title,
    earlier.key as middleware_first_message,
    earlier.applied_at as middleware_first_applied_at,
    message.applied_at as middleware_applied_again_at,
    earlier.target_ref as erp_first_record,
    message.target_ref as erp_second_record,
    made.bill_amount as erp_bill_value,
    made.cost_amount as erp_cost,
    message.idempotency_key,
    message.subject_version
from integration_message message
left join (
    -- All at once: looked up message by message, the same takes five times as long.
    select distinct on (again.key)
        again.key as again_key,
        before.key,
        before.applied_at,
        before.target_ref
    from integration_message again
    join integration_message before
      on before.subject_key = again.subject_key
     and before.target = again.target
     and before.flow = again.flow
    where again.subject_key <> ''
      and again.outcome = 'applied'
      and before.outcome = 'applied'
      and before.key <> again.key
      and (before.idempotency_key = again.idempotency_key
          or before.subject_version = again.subject_version
              and before.target_ref <> again.target_ref)
      and (before.applied_at, before.key) < (again.applied_at, again.key)
      -- What was reversed before may be posted anew.
      and not exists (
          select from project_actual back
          where back.source_key = again.subject_key
            and back.reversal_of <> ''
            and back.system || ':' || back.reversal_of = before.target_ref
            and back.posted_at <= again.applied_at
      )
    order by again.key, before.applied_at, before.key
) earlier on earlier.again_key = message.key
left join lateral (
    -- Of the few that were applied again, hence the fence.
    select
        coalesce(posted.entity, entry.entity) as entity,
        coalesce(posted.project_id, entry.project_id) as project_id,
        coalesce(posted.worker_id, entry.worker_id) as worker_id,
        coalesce(posted.work_date, entry.work_date) as work_date,
        posted.key,
        case when posted.billable then posted.bill_amount end as bill_amount,
        nullif(posted.bill_currency, '') as bill_currency,
        posted.cost_amount,
        posted.cost_currency,
        posted.source_key as atom,
        exists (
            select from project_actual back
            where back.source_key = one.subject_key
              and back.reversal_of <> ''
              and back.system || ':' || back.reversal_of in (one.target_ref, one.earlier_ref)
        ) or posted.key is null and exists (
            -- Once posted and gone again: the target deleted it.
            select from project_actual other
            where other.source_key = one.subject_key
        ) as is_undone
    from (
        select message.subject_key, message.target_ref, earlier.target_ref as earlier_ref
    ) one
    left join time_entry entry on entry.key = one.subject_key
    left join project_actual posted on posted.key = one.target_ref
    where earlier.key is not null
    offset 0
) made on true
where message.outcome = 'applied'
