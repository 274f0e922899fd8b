-- What the owners and teams of some rows are called, and which teams the reader leads.
select jsonb_build_object(
    'owners', (
        select jsonb_object_agg(
            id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), username))
        from people_person
        where id = any(%s::bigint[])
    ),
    'teams', (select jsonb_object_agg(slug, name) from people_team where slug = any(%s::text[])),
    'led', to_jsonb(array(select slug from people_team where lead_id = %s))
)
