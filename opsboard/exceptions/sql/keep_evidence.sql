-- What somebody put on record is never changed or removed (domain.md F.8), whoever asks for it.
create or replace function exceptions_keep_evidence() returns trigger language plpgsql as $$
begin
    raise exception 'Evidence is never changed or removed.' using errcode = 'check_violation';
end
$$;

create or replace trigger exceptions_keep_evidence before update or delete on exceptions_evidence
for each row execute function exceptions_keep_evidence();
