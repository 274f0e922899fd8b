"""The workflows by which the file, the controls, the roles and the screen sort their work."""

from typing import Literal

# In the order in which work flows through a firm (domain.md A).
WORKFLOWS = (
    "project_setup",
    "staffing",
    "time_to_posting",
    "expense_to_posting",
    "billing",
    "revenue",
    "receivables",
    "worker_lifecycle",
    "master_data",
    "integration",
)
Workflow = Literal[WORKFLOWS]
