-- What a statement can depend on was last moved by: a pull, a control's run, an act of a person.
select
    (select max(id) from controls_controlrun) as judged,
    (select max(id) from sync_run) as pulled,
    (select max(id) from exceptions_history) as acted
