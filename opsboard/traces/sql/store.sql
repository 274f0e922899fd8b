-- Spans that ended, each kept once.
insert into traces_span
    (trace_id, span_id, parent_id, correlation_id, service, name, sort,
     started_at, ended_at, failed, message, attributes)
select
    trace_id, span_id, parent_id, correlation_id, service, name, sort,
    started_at, ended_at, failed, message, attributes
from jsonb_to_recordset(%(spans)s) as span (
    trace_id text, span_id text, parent_id text, correlation_id text, service text,
    name text, sort text, started_at timestamptz, ended_at timestamptz,
    failed boolean, message text, attributes jsonb
)
on conflict (trace_id, span_id) do nothing
