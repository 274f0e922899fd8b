-- MD09 Field changed outside its owner
--
-- Every field of master data has one system that owns it; the others hold copies. A copy that a person
-- changed, or into which an interface wrote what the owner never published, is wrong until the owner's
-- value is back or the owner has taken it over. So is a record that went from one state to another
-- which does not follow it, such as posted time that was recalled.
--
-- slug: sor_violation
-- workflow: master_data
-- class: business_rule
-- owner: integration_support
-- integrity: yes
-- population: governed_record
-- feeds: any.party, any.project, any.contract, any.worker
-- watches: party
--   party.canonical_id -> canonical_id
--   project
--   project.canonical_id -> canonical_id
--   contract
--   contract.canonical_id -> canonical_id
--   worker
--   worker.canonical_id -> canonical_id
--   time_entry
--   expense_item
--   billing_event
--   invoice
--   invoice.party_id -> canonical_id
--   accounting_period
--   legal_entity -> any
-- sensitive: open_receivables=B
-- period: CO-C
-- parameters: integration_accounts = svc-integration
-- specification: domain MD09 with A.2 and A.3, for customers, projects, contracts and people. The last
--   editor of a record is taken for the one who changed what differs. What an interface wrote counts
--   where the change was seen, so a first reading raises nothing of it. An emergency change with a
--   ticket is waived. Money is what the customer owes, for fields that decide on payment or tax
-- remediation:
--   1. Ask who changed it why. If the change is right, make it in the system that owns the field.
--   2. Otherwise have the owner publish its value again.
--   3. Close the permission that let it be changed there, or have the interface keep to the graph.
select
    record.key as subject,
    case
        when breach.fields is not null then record.since
        when leap.before is not null then record.since
    end as look_at,
    owed.amount as misstatement,
    owed.currency,
    owed.claims,
    case
        when breach.weight = 3 then 'high'
        when breach.weight = 2 then 'medium'
    end as severity_floor,
    case when breach.weight = 1 then 'low' end as severity_cap,
    record.entity,
    record.project_id,
    record.party_id,
    record.worker_id,
    initcap(left(record.kind, 1)) || substr(replace(record.kind, '_', ' '), 2) || ' '
        || coalesce(thing.code, record.key) || case
            when breach.fields is not null then ': ' || breach.fields || ' changed in '
                || record.system || coalesce(' by ' || nullif(record.edited_by, ''), '')
                || ', but ' || breach.owners || ' owns it'
            else ' went from ' || leap.before || ' to ' || leap.after || ' in ' || record.system
        end as title,
    case
        when breach.by_person then 'edited_outside_owner'
        when breach.fields is not null then 'value_never_published'
        else 'illegal_transition' end as root_cause,
    record.key as root_entity,
    breach.fields,
    breach.owners,
    record.edited_by,
    record.since as changed_at,
    breach.versions as source_version,
    leap.before as state_before,
    leap.after as state_after,
    owed.amount as open_receivables
from governed_record record
left join entity thing on thing.id = record.canonical_id
    and record.kind in ('party', 'project', 'contract', 'worker')
cross join lateral (
    select
        record.edited_by <> '' and not record.edited_by = any(accounts.names) as is_person,
        -- What an interface wrote is followed only where it was seen to be written.
        record.edited_by = any(accounts.names) and exists (
            select from field_change change
            where change.key = record.key
        ) as is_interface
    from (select string_to_array(%(integration_accounts)s, ' ') as names) accounts
) editor
left join lateral (
    -- Whom it is asked of stands outside, behind a fence: for all others nothing is even gathered.
    select gathered.*, editor.is_person as by_person
    from (
        select
            string_agg(replace(regexp_replace(found.field, '_id$', ''), '_', ' '), ', '
                order by found.field) as fields,
            string_agg(distinct found.owner, ', ' order by found.owner) as owners,
            max(found.source_version) as versions,
            max(case
                when found.field in ('bank_account', 'tax_id') then 3
                when found.field in (
                    'bill_to_address', 'payment_terms_days', 'currency', 'tax_profile',
                    'credit_status', 'credit_limit', 'po_required', 'delivery_channel',
                    'revenue_method', 'tcv', 'billing_method', 'contract_id', 'party_id',
                    'cost_center_id', 'cap_amount', 'postable_from', 'postable_to',
                    'financial_status', 'po_number'
                ) then 2
                else 1
            end) as weight
        from field_breach found
        where found.key = record.key
          and (editor.is_person or found.is_observed and not found.was_published)
        having count(*) > 0
    ) gathered
    where record.kind in ('party', 'project', 'contract', 'worker')
      and (editor.is_person or editor.is_interface)
    offset 0
) breach on true
left join (
    -- All at once: the last step of each record that was seen to move.
    select distinct on (change.key) change.key, change.before, change.after
    from field_change change
    where change.field = 'status'
    order by change.key, change.id desc
) leap
  on leap.key = record.key
 and record.kind in ('time_entry', 'expense_item', 'billing_event', 'invoice', 'accounting_period')
 and leap.after = record.status
 and not exists (
      select from allowed_step allowed
      where allowed.kind = record.kind
        and allowed.before = leap.before
        and allowed.after = leap.after
  )
left join lateral (
    select owing.*
    from (
        select open.amount, open.currency, jsonb_build_object('misstatement', open.atoms) as claims
        from open_receivable open
        where open.party_id = record.canonical_id
        order by open.amount desc, open.currency
        limit 1
    ) owing
    where breach.weight >= 2
      and record.kind = 'party'
    offset 0
) owed on true
