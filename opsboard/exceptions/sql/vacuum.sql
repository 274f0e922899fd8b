-- Of a million causes a tenth is open, and it is these that change: a fifth of the whole, after which
-- PostgreSQL would tidy up by itself, is twice all of them. Meanwhile each page would read past what
-- is dead, and ask the table what an index could have told.
alter table exceptions_group set (
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_insert_scale_factor = 0.01,
    autovacuum_analyze_scale_factor = 0.01
);
alter table exceptions_exceptionitem set (
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);

-- A state says whether it is open: without knowing that, the planner takes a tenth of the new ones for
-- all of them, and sorts forty thousand rows to show fifty.
create statistics if not exists exceptions_group_open (mcv) on state, is_unsettled from exceptions_group;
