-- Whoever sits on a cost centre, as its owner says (domain.md A.3): people in HR, projects in the ERP.
create view cost_center_user as
select
    worker.key,
    'worker' as kind,
    worker.system,
    worker.canonical_id,
    worker.entity,
    worker.cost_center,
    worker.cost_center_id,
    worker.name,
    worker.source_updated_at as since,
    null::bigint as project_id,
    worker.canonical_id as worker_id,
    worker.status in ('terminated', 'contract_ended', 'rescinded') as is_out_of_scope
from worker
where worker.system_role = 'hcm'
union all
select
    project.key,
    'project',
    project.system,
    project.canonical_id,
    project.entity,
    project.cost_center,
    project.cost_center_id,
    'Project ' || project.code,
    project.source_updated_at,
    project.canonical_id,
    null,
    project.status in ('completed', 'closed')
from project
where project.system_role = 'erp';
