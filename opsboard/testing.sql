-- Empties every table that has rows, but for what migrations wrote.
do $$
declare
    name text;
    found boolean;
    filled text[] := '{}';
begin
    for name in
        select quote_ident(tablename)
        from pg_tables
        where schemaname = 'public'
          and tablename not in ('django_migrations', 'django_content_type', 'auth_permission')
    loop
        execute 'select exists (select from ' || name || ')' into found;
        if found then
            filled := filled || name;
        end if;
    end loop;
    if cardinality(filled) > 0 then
        execute 'truncate ' || array_to_string(filled, ', ') || ' cascade';
    end if;
end
$$
