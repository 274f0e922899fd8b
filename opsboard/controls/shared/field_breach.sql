-- Fields of a copy that somebody typed there although another system owns them: the copy's last editor
-- is a person, the owner has a value of its own, and the two differ. `edited_by` is who; whether that
-- is an interface's account is for the control to say. Values are not shown, since any field may be
-- sensitive; a value that the log saw arrive and that the owner once had is told apart.
create view field_breach as
select
    copy.key,
    owned.field,
    owned.owner,
    lead.key as owner_key,
    change.at as changed_at,
    change.source_version,
    coalesce(change.after, '') = any(published.texts) as was_published,
    change.after is not null as is_observed
from governed_record copy
cross join lateral (
    select to_jsonb(record) as said from party record
    where copy.kind = 'party' and record.key = copy.key
    union all
    select to_jsonb(record) from project record
    where copy.kind = 'project' and record.key = copy.key
    union all
    select to_jsonb(record) from contract record
    where copy.kind = 'contract' and record.key = copy.key
    union all
    select to_jsonb(record) from worker record
    where copy.kind = 'worker' and record.key = copy.key
) mine
join field_owner owned
  on owned.kind = copy.kind
 and owned.owner <> copy.system_role
 and owned.owner <> 'shared'
cross join lateral (
    select record.key, to_jsonb(record) as said from party record
    where copy.kind = 'party' and record.canonical_id = copy.canonical_id
      and record.system_role = owned.owner
    union all
    select record.key, to_jsonb(record) from project record
    where copy.kind = 'project' and record.canonical_id = copy.canonical_id
      and record.system_role = owned.owner
    union all
    select record.key, to_jsonb(record) from contract record
    where copy.kind = 'contract' and record.canonical_id = copy.canonical_id
      and record.system_role = owned.owner
    union all
    select record.key, to_jsonb(record) from worker record
    where copy.kind = 'worker' and record.canonical_id = copy.canonical_id
      and record.system_role = owned.owner
    limit 1
) lead
left join lateral (
    select logged.at, logged.source_version, logged.after
    from field_change logged
    where logged.key = copy.key
      and logged.field in (owned.field, regexp_replace(owned.field, '_id$', ''))
    order by logged.id desc
    limit 1
) change on true
cross join lateral (
    select array(
        select text.value
        from field_change logged
        cross join lateral (values (logged.before), (logged.after)) text (value)
        where logged.key = lead.key
          and logged.field = owned.field
          and text.value is not null
    ) as texts
) published
where coalesce(mine.said ->> owned.field, '') <> coalesce(lead.said ->> owned.field, '')
  and coalesce(lead.said ->> owned.field, '') not in ('', '[]');
