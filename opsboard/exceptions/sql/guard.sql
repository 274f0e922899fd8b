-- The state machine in the database (domain.md F.1, F.2): a step that `transitions.py` does not know
-- fails, whoever takes it; some only the engine may take, and what is accepted needs its approval.
create or replace function exceptions_guard_state() returns trigger language plpgsql as $$
declare
    of_group bigint;
begin
    if current_setting('opsboard.actor', true) = 'engine'
        and (old.state, new.state) in ({engine}) then
        return new;
    end if;
    if (old.state, new.state) not in ({people}) then
        raise exception 'An exception cannot go from % to %.', old.state, new.state
            using errcode = 'check_violation',
                  hint = 'See docs/exceptions.md for who may take which step.';
    end if;
    if new.state not in ('waived', 'false_positive') then
        return new;
    end if;
    if tg_table_name = 'exceptions_group' then
        of_group := new.id;
    else
        of_group := new.group_id;
    end if;
    if not exists (
        select from exceptions_decision
        where group_id = of_group
          and state = 'approved'
          and (sort, new.state) in (('waiver', 'waived'), ('false_positive', 'false_positive'))
    ) then
        raise exception 'An exception cannot go from % to % without an approval.',
            old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
end
$$;

create or replace trigger exceptions_guard_state before update of state on exceptions_group
for each row when (old.state is distinct from new.state) execute function exceptions_guard_state();

create or replace trigger exceptions_guard_state before update of state on exceptions_exceptionitem
for each row when (old.state is distinct from new.state) execute function exceptions_guard_state();
