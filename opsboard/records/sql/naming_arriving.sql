-- What arrives of a shared kind, and what people know it by. A code that means something only
-- within another thing is incomplete, and so empty, until that thing is known.
create temp table naming on commit drop as
select
    %(system)s::text as system,
    staged.source_id as native_id,
    case when {scope_is_known} then staged.natural_key else '' end as natural_key,
    staged.entity_name,
    scope.entity_id as within_id
from staged
left join records_crossreference scope
  on scope.kind = '{scope_kind}'
 and scope.system = %(system)s
 and scope.native_id = {scope_id}
