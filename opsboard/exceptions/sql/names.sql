-- What the things are called that touched items are about, for the search.
insert into exceptions_name (id, name)
select entity.id, entity.name || ' ' || entity.code
from (
    select unnest(array[item.worker_id, item.project_id, item.party_id]) as id
    from exceptions_exceptionitem item
    where item.group_key in (select key from exceptions_touched)
      and item.is_unsettled
    group by 1
) named
join records_entity entity on entity.id = named.id
on conflict (id) do update
set name = excluded.name
where exceptions_name.name <> excluded.name
