-- The records whose codes mean something only within things that have just become known, or have
-- become other things: the native ids of `followed`.
create temp table naming on commit drop as
select
    record.system::text as system,
    record.source_id as native_id,
    {natural_key} as natural_key,
    {entity_name} as entity_name,
    scope.entity_id as within_id
from followed
join {table} record on record.system = followed.system and record.{scope_field} = followed.native_id
join records_crossreference scope
  on scope.kind = '{scope_kind}'
 and scope.system = followed.system
 and scope.native_id = followed.native_id
