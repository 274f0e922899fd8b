"""opsboard configured as a firm would configure it: a live Tryton, and a PSA that exports files."""

TEXT = """
[firm]
name = "Northquay"
group_currency = "EUR"
zone = "Europe/Berlin"

[calendar.default]
country = "DE"
zone = "Europe/Berlin"

[team.finance]
name = "Finance"

[team.people]
name = "People operations"

[team.integration]
name = "Integration support"

[[owner]]
cause = ["cost_rate_missing"]
team = "people"

[[owner]]
workflow = ["integration"]
team = "integration"

[[owner]]
team = "finance"

[[alert]]
role = "controller"
instant = "low"
digest = "07:30"

[connection.erp]
connector = "tryton"
system = "erp"
role = "erp"
title = "Tryton"
base_url = "{url}"
database = "{database}"
login = "{user}"
password = "env:OPSBOARD_ERP_PASSWORD"
entry_pattern = "TE-[0-9]+"
overlap = "1s"
census_every = "0s"

[connection.erp.mapping.project_actual]
source_key = {{ template = "psa:{{derived.entry}}" }}

[connection.psa]
connector = "files"
system = "psa"
role = "psa"
title = "PSA exports"
folder = "{exports}"
zone = "Europe/Berlin"
settle = 0

[connection.psa.streams.time_entry]
pattern = "time_entries_{{stamp}}.csv"
version = "updated_at"
ignored = ["note"]

[connection.psa.streams.time_entry.columns]
source_id = "id"
worker = "worker_no"
project = "project"
task = "task"
work_date = "date"
hours = "hours"
billable = {{ path = "billable", via = "bool" }}
bill_rate = "bill_rate"
bill_currency = "currency"
bill_amount = "amount"
status = {{ path = "status", via = "lower" }}
submitted_at = "submitted_at"
approved_at = "approved_at"
source_updated_at = "updated_at"

[connection.psa.streams.assignment]
pattern = "assignments_{{stamp}}.jsonl"
snapshot = true

[connection.psa.streams.assignment.columns]
source_id = "id"
worker = "worker_no"
project = "project"
starts_on = "starts_on"
ends_on = "ends_on"
planned_hours = "planned_hours"
bill_rate = "bill_rate"
bill_currency = "currency"
confirmed_at = "confirmed_at"
status = {{ path = "status", via = "lower" }}

[connection.psa.streams.project]
pattern = "projects_{{stamp}}.csv"
snapshot = true

[connection.psa.streams.project.columns]
source_id = "code"
code = "code"
name = "name"
erp_required = {{ path = "to_erp", via = "bool" }}

[connection.psa.streams.worker]
pattern = "workers_{{stamp}}.csv"
snapshot = true

[connection.psa.streams.worker.columns]
source_id = "worker_no"
worker_no = "worker_no"
name = "name"
"""


def deployment(world) -> str:
    return TEXT.format(
        url=world.url, database=world.database, user=world.user, exports=world.exports
    )
