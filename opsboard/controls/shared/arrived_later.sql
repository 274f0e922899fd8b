-- Messages whose matter has arrived since: the same one sent again, or a newer version of the record
-- that it carries, was applied by the same flow in the same target.
create view arrived_later as
select message.key
from integration_message message
where message.subject_key <> ''
  and exists (
      select from integration_message later
      where later.subject_key = message.subject_key
        and later.outcome = 'applied'
        and later.target = message.target
        and later.flow = message.flow
        and (later.idempotency_key = message.idempotency_key
            or later.subject_version > message.subject_version)
  );
