-- The lines of the project ledger that count; a reversal nets by its negative hours. Where the ERP
-- marks the line that it reversed, neither that line nor its reversal counts. A reversal must name
-- the record that its line was posted from, or nothing leads from it to that record.
create view posted_actual as
select actual.*
from project_actual actual
where actual.system_role = 'erp'
  and actual.status in ('costed', 'posted', 'adjusted')
  and not exists (
      select from project_actual original
      where original.key = actual.system || ':' || actual.reversal_of
        and original.status = 'reversed'
  );
