-- Keeps the tally of unsettled groups: each statement that changes groups appends by how much.
create or replace function exceptions_tally_groups() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into exceptions_tally
            (workflow, legal_entity, team, state, severity, is_owned, is_late, groups, items, value_at_risk,
             cost_at_risk, estimated_cost, misstatement)
        select workflow, legal_entity, coalesce(team_id, ''), state, severity, owner_id is not null,
               due_on = date '0001-01-01', count(*), sum(children), sum(value_at_risk),
               sum(cost_at_risk), sum(case when is_estimated then cost_at_risk else 0 end),
               sum(misstatement)
        from present
        where is_unsettled
        group by 1, 2, 3, 4, 5, 6, 7;
        return null;
    end if;
    insert into exceptions_tally
        (workflow, legal_entity, team, state, severity, is_owned, is_late, groups, items, value_at_risk,
         cost_at_risk, estimated_cost, misstatement)
    select *
    from (
        select workflow, legal_entity, coalesce(team_id, ''), state, severity, owner_id is not null,
               due_on = date '0001-01-01', sum(sign) as groups, sum(sign * children) as items,
               sum(sign * value_at_risk) as value, sum(sign * cost_at_risk) as cost,
               sum(case when is_estimated then sign * cost_at_risk else 0 end) as estimated,
               sum(sign * misstatement) as misstated
        from (
            select *, 1 as sign from present
            union all
            select *, -1 from former
        ) change
        where is_unsettled
        group by 1, 2, 3, 4, 5, 6, 7
    ) changed
    where (groups, items, value, cost, estimated, misstated) <> (0, 0, 0, 0, 0, 0);
    return null;
end
$$;

create or replace trigger exceptions_tally_opened after insert on exceptions_group
referencing new table as present
for each statement execute function exceptions_tally_groups();

create or replace trigger exceptions_tally_changed after update on exceptions_group
referencing old table as former new table as present
for each statement execute function exceptions_tally_groups();

-- The day of a deadline, where the calendar is that counted it; what was seen to be late comes before
-- all days, what has no deadline after them.
create or replace function exceptions_day_of_deadline() returns trigger language plpgsql as $$
begin
    new.due_on := case
        when new.due_at is null then date '9999-12-31'
        when new.breached_at >= new.due_at then date '0001-01-01'
        else (new.due_at at time zone coalesce(
            (select zone from people_businesscalendar where name = new.calendar),
            (select zone from people_businesscalendar where name = 'default'),
            'UTC'))::date
    end;
    return new;
end
$$;

create or replace trigger exceptions_day_of_deadline
before insert or update of due_at, breached_at, calendar on exceptions_group
for each row execute function exceptions_day_of_deadline();
