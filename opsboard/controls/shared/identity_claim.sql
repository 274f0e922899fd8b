-- Everything that says which thing a native id stands for: the middleware's confirmed links, and the
-- records themselves.
create view identity_claim as
select
    link.key,
    'link' as sort,
    link.of_kind as kind,
    link.of_system as system,
    '' as system_role,
    link.of_id as source_id,
    null::bigint as canonical_id,
    link.canonical as code,
    '' as bearer,
    '' as belongs_to,
    null::bigint as belongs_to_id,
    link.entity,
    link.source_updated_at as since,
    link.valid_from,
    link.valid_to,
    false as is_over
from id_xref link
where link.status = 'confirmed'
union all
select
    record.key,
    'record',
    record.kind,
    record.system,
    record.system_role,
    record.source_id,
    record.canonical_id,
    record.code,
    record.bearer,
    record.belongs_to,
    record.belongs_to_id,
    record.entity,
    record.since,
    null,
    null,
    record.is_over
from linked_record record;
