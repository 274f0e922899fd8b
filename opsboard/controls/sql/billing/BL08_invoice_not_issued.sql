-- BL08 Invoice not issued
--
-- A draft should be reviewed within two working days, an approved invoice issued within one, and an
-- issued one delivered within another; a delivery that failed waits for nobody. An invoice that
-- cannot go out because of its customer is BL01's; one planned for a later day waits.
--
-- slug: invoice_not_issued
-- workflow: billing
-- class: business_rule
-- owner: finance_billing
-- population: invoice where system_role = 'erp'
-- feeds: erp.invoice, erp.party
-- watches: invoice
--   party.canonical_id -> party_id
--   project.canonical_id -> project_id
--   contract.canonical_id -> contract_id
--   invoice.contract_id -> contract_id
--   invoice_line.invoice_id -> canonical_id
--   cost_center -> any
--   legal_entity -> any
-- sensitive: gross=B, net=B
-- period: CO-C
-- parameters: draft_minutes = 1080, approved_minutes = 540, issued_minutes = 540
-- specification: domain BL08; delivery is judged where the ERP reports it. WD+5 does not lengthen
--   the wait; a statement customer cannot be told
-- remediation:
--   1. Finish the review, or say on the invoice why it must wait.
--   2. Post it in the ERP; send it again by the customer's channel if the delivery failed.
--   3. The next reading of the ERP shows it issued and delivered.
select
    invoice.key as subject,
    invoice.status not in ('draft', 'in_review', 'approved', 'issued')
        or invoice.status = 'issued' and invoice.delivery_status not in ('pending', 'sent', 'failed')
        or invoice.hold_reason <> '' as out_of_scope,
    case
        when invoice.status = 'issued' and invoice.delivery_status = 'failed'
            then coalesce(invoice.status_since, invoice.source_updated_at)
        when invoice.status in ('draft', 'in_review', 'approved', 'issued')
            and obstacle.reason is null
        then greatest(
            after_working_minutes(
                home.calendar,
                coalesce(invoice.status_since, invoice.source_updated_at),
                case invoice.status
                    when 'issued' then %(issued_minutes)s
                    when 'approved' then %(approved_minutes)s
                    else %(draft_minutes)s
                end
            ),
            invoice.planned_on::timestamp at time zone 'UTC'
        )
    end as look_at,
    invoice.gross as cash_at_risk,
    invoice.currency,
    invoice.entity,
    invoice.project_id,
    invoice.party_id,
    coalesce(invoice.issued_on, invoice.planned_on) as service_date,
    'Invoice ' || coalesce(nullif(invoice.number, ''), nullif(invoice.draft_no, ''),
        invoice.source_id) || ' to ' || coalesce(customer.name, invoice.party)
        || case when invoice.delivery_status = 'failed' then ' could not be delivered'
            else case invoice.status
                when 'approved' then ' is approved and not issued'
                when 'issued' then ' is issued and not delivered'
                when 'in_review' then ' is still in review'
                else ' is still a draft' end
        end as title,
    'invoice_stuck' as root_cause,
    invoice.key as root_entity,
    share.claims,
    coalesce(customer.name, invoice.party) as customer,
    invoice.status,
    invoice.delivery_status,
    invoice.status_since,
    invoice.planned_on,
    invoice.net,
    invoice.gross
from invoice
left join entity_calendar home on home.entity = invoice.entity
left join entity customer on customer.id = invoice.party_id
left join invoice_obstacle obstacle on obstacle.key = invoice.key
left join invoice_share share on share.key = invoice.key
where invoice.system_role = 'erp'
