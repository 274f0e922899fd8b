-- The customer does not exist in the ERP
--
-- workflow: master_data
-- class: data_quality
-- watches: party -> findings
--   project -> findings
-- remediation:
--   1. Create the customer in the ERP with its tax identifier, or link the record that is there.
--   2. Send again what waits for it.
with sold as materialized (
    select project.canonical_id as project_id, min(project.party_id) as party_id
    from project
    where project.canonical_id = any(array(select distinct project_id from failing))
    group by project.canonical_id
)
select
    failing.subject,
    'party:' || customer.id as root_entity,
    coalesce(known.name, 'A customer') || ' does not exist in the ERP' as title
from failing
left join sold on sold.project_id = failing.project_id
cross join lateral (select coalesce(failing.party_id, sold.party_id) as id) customer
left join entity known on known.id = customer.id
where customer.id is not null
  and not exists (
      select from party
      where party.canonical_id = customer.id
        and party.system_role = 'erp'
  )
  -- A firm whose ERP shows no customers at all hides them; that proves nothing.
  and exists (select from party where party.system_role = 'erp')
