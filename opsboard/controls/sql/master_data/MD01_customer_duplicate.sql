-- MD01 Customer known twice
--
-- One customer should be one live record in each system. Two that share a tax number, a registration,
-- a bank account, or even the same identity, are the same customer; two in one place whose names
-- differ only in their legal form probably are. Companies of one group and pairs that somebody has
-- looked at and told apart are left alone. The record with the later code is the one to merge away.
--
-- slug: customer_duplicate
-- workflow: master_data
-- class: data_quality
-- owner: finance_billing
-- population: party where is_customer
-- feeds: crm.party, erp.party
-- sensitive: open_receivables=B
-- period: CO-N
-- parameters: grace_minutes = 1080, least_likeness_percent = 90
-- incremental: no, any customer may be any other one
-- specification: domain MD01; sites and branches are no records of their own in the kinds. What is
--   open on the record to be merged away is the cash at risk, on what its invoices bill
-- remediation:
--   1. Compare the two; if they are two customers, say so on the page of possible matches.
--   2. Merge them in CRM, and point contracts and projects to the one that stays.
--   3. Close the other in the ERP when its open items have moved.
select
    party.key as subject,
    party.is_intercompany
        or party.status in ('inactive', 'merged')
        or exists (
            -- The same customer's record in CRM speaks for it.
            select from party lead
            where lead.canonical_id = party.canonical_id
              and lead.system_role = 'crm'
              and party.system_role <> 'crm'
              and lead.status not in ('inactive', 'merged')
        ) as out_of_scope,
    case
        when twin.is_exact then party.source_updated_at
        when twin.key is not null
        then after_working_minutes(
            coalesce(home.calendar, 'default'), party.source_updated_at, %(grace_minutes)s)
    end as look_at,
    owed.amount as cash_at_risk,
    owed.currency,
    owed.claims,
    case when not twin.is_exact then 'suggested' end as match_strength,
    case when twin.is_exact then 'medium' end as severity_floor,
    case when not twin.is_exact then 'low' end as severity_cap,
    party.entity,
    party.canonical_id as party_id,
    party.legal_name || ' (' || party.code || ') '
        || case when twin.is_exact then 'is ' else 'may be ' end
        || 'the same customer as ' || twin.legal_name || ' (' || twin.code || '): '
        || twin.reason as title,
    case when twin.is_exact then 'duplicate' else 'duplicate_suggested' end as root_cause,
    party.key as root_entity,
    party.code,
    party.legal_name,
    twin.code as other_code,
    twin.legal_name as other_name,
    twin.reason,
    twin.likeness,
    owed.amount as open_receivables
from party
left join entity_calendar home on home.entity = party.entity
left join lateral (
    select other.key, other.code, other.legal_name, why.reason, why.is_exact, why.likeness
    from party other
    cross join lateral (
        select case
            when other.canonical_id = party.canonical_id then 'one identity'
            when other.tax_id = party.tax_id and party.tax_id <> ''
                and other.country = party.country then 'same tax number'
            when other.registration_no = party.registration_no and party.registration_no <> ''
                and other.country = party.country then 'same registration'
            when other.duns = party.duns and party.duns <> '' then 'same DUNS number'
            when other.lei = party.lei and party.lei <> '' then 'same LEI'
            when other.bank_account = party.bank_account and party.bank_account <> ''
                then 'same bank account'
        end as proof
    ) exact
    left join alike_customer name
      on name.key = party.key
     and name.other_key = other.key
     and exact.proof is null
    cross join lateral (
        select
            coalesce(exact.proof, 'alike names in one place') as reason,
            exact.proof is not null as is_exact,
            round(name.likeness, 3) as likeness
    ) why
    where other.system = party.system
      and other.is_customer
      and not other.is_intercompany
      and other.status not in ('inactive', 'merged')
      and (other.code, other.key) < (party.code, party.key)
      -- Companies of one group.
      and other.source_id <> party.parent
      and other.parent <> party.source_id
      and (other.parent = '' or other.parent <> party.parent)
      and (why.is_exact or why.likeness * 100 >= %(least_likeness_percent)s)
      and not exists (
          select from denied_match denied
          where denied.first_id = least(other.canonical_id, party.canonical_id)
            and denied.second_id = greatest(other.canonical_id, party.canonical_id)
      )
    order by why.is_exact desc, other.code, other.key
    limit 1
) twin on true
left join lateral (
    select open.amount, open.currency, jsonb_build_object('cash_at_risk', open.atoms) as claims
    from open_receivable open
    where twin.key is not null
      and open.party_id = party.canonical_id
      and open.currency = party.currency
    limit 1
) owed on true
where party.is_customer
