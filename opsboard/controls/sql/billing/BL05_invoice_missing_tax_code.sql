-- BL05 Invoice line without a usable tax code
--
-- Every invoice line needs a tax code that its company has for sales, valid on the invoice's day,
-- and the tax that the code's rate gives. Exempt, zero-rated, reverse charge and out of scope are
-- codes like any other; only a line without one, or with one of another country, is wrong.
--
-- slug: invoice_missing_tax_code
-- workflow: billing
-- class: data_quality
-- owner: finance_billing
-- population: invoice_line where system_role = 'erp'
-- against: tax_code where system_role = 'erp'
-- feeds: erp.invoice_line, erp.invoice, erp.tax_code
-- watches: invoice_line
--   invoice.canonical_id -> invoice_id
--   party -> any
--   project.canonical_id -> project_id
--   tax_code -> any
--   legal_entity -> any
-- sensitive: net=B
-- severity: floor medium
-- period: CO-C
-- parameters: tolerance_cents = 2
-- specification: domain BL05, for invoice lines; a ready charge without a code is BL03's. The code
--   that should stand there is that of the customer's tax profile. Whether a valid code is the right
--   one for the service is not judged
-- remediation:
--   1. Set the code on the customer or the service, where the ERP takes it from.
--   2. If the invoice is not issued yet, correct its line.
--   3. If it is issued, credit it and bill again as local rules demand; never edit it.
select
    line.key as subject,
    invoice.key is null
        or invoice.status = 'void'
        or invoice.type = 'proforma' as out_of_scope,
    case when given.key is null
        or given.direction <> 'sales'
        or abs(line.tax_amount - line.net * given.rate) * 100 > %(tolerance_cents)s
        then coalesce(line.source_updated_at, invoice.source_updated_at)
    end as look_at,
    abs(expected.tax - coalesce(line.tax_amount, 0)) as misstatement,
    case when state.unissued then line.net + coalesce(line.tax_amount, 0) end as cash_at_risk,
    line.currency,
    line.entity,
    line.project_id,
    invoice.party_id,
    coalesce(invoice.issued_on, invoice.planned_on) as service_date,
    'Line ' || line.line_no || ' of invoice ' || coalesce(nullif(invoice.number, ''),
        nullif(invoice.draft_no, ''), line.invoice) || ' to '
        || coalesce(customer.name, invoice.party)
        || case when line.tax_code = '' then ' has no tax code'
            when given.key is null then ' has tax code ' || line.tax_code
                || ', which its company does not have'
            when given.direction <> 'sales' then ' has a tax code for purchases'
            else ' has tax that its code does not give' end as title,
    case when line.tax_code = '' then 'tax_code_missing' else 'tax_code_invalid' end as root_cause,
    line.key as root_entity,
    case when state.unissued then null else 'high' end as severity_floor,
    case when state.unissued and line.source_keys <> '{}' then jsonb_build_object(
        'cash_at_risk', spread.atoms || jsonb_build_object(line.key, spread.rest)
    ) end as claims,
    coalesce(customer.name, invoice.party) as customer,
    line.tax_code as code,
    party.tax_profile as code_of_the_customer,
    given.rate as rate,
    line.tax_amount as tax,
    expected.tax as expected_tax,
    invoice.status,
    line.net
from invoice_line line
left join invoice on invoice.key = line.system || ':' || line.invoice
left join entity customer on customer.id = invoice.party_id
left join party on party.key = invoice.system || ':' || invoice.party
left join lateral (
    select tax_code.key, tax_code.rate, tax_code.direction
    from tax_code
    where tax_code.system = line.system
      and tax_code.legal_entity = line.legal_entity
      and tax_code.code = line.tax_code
      and tax_code.status = 'active'
      and coalesce(invoice.issued_on, invoice.planned_on, tax_code.valid_from)
          between tax_code.valid_from and coalesce(tax_code.valid_to, 'infinity')
    order by tax_code.direction = 'sales' desc, tax_code.valid_from desc, tax_code.key
    limit 1
) given on true
left join lateral (
    select tax_code.rate
    from tax_code
    where given.key is null
      and tax_code.system = line.system
      and tax_code.legal_entity = line.legal_entity
      and tax_code.code = party.tax_profile
      and tax_code.direction = 'sales'
    order by tax_code.valid_from desc, tax_code.key
    limit 1
) profile on true
cross join lateral (
    select round(line.net * coalesce(given.rate, profile.rate), 2) as tax
) expected
cross join lateral (
    select invoice.status in ('draft', 'in_review', 'approved', 'blocked') as unissued
) state
cross join lateral (
    select
        jsonb_object_agg(source.key, source.share) as atoms,
        line.net + coalesce(line.tax_amount, 0) - sum(source.share) as rest
    from (
        select
            key,
            round((line.net + coalesce(line.tax_amount, 0)) / cardinality(line.source_keys), 4)
                as share
        from unnest(line.source_keys) key
        where state.unissued
    ) source
) spread
where line.system_role = 'erp'
