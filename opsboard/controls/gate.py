"""May a control run on single subjects? The planner's word, asked before the first run.

Judging k subjects costs about k times one key; a control whose one key costs much of the whole
(a grouped source that the key does not reach, a cast on the subject) would only pretend to be
incremental (performance.md 3).
"""

import json
from typing import Any

from django.db import connection

from opsboard.controls.catalogue import Definition
from opsboard.controls.judgement import fenced, question

# One key may cost a hundredth of the full run on analyzed tables of some ten thousand rows.
BAR = 0.01


def cost_ratio(definition: Definition) -> float:
    """Planned cost of judging one subject by what the full control is planned to cost.

    Nothing is run. The tables must be filled and analyzed: of empty ones the planner knows nothing.
    """
    statement, values = question(definition, dict(definition.parameters))
    one = _planned_cost(fenced(statement, "unnest(array['psa:1']::text[]) asked (subject)"), values)
    return one / _planned_cost(f"({statement})", values)


def _planned_cost(source: str, values: dict[str, Any]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) select * from {source} control", values)
        plan = cursor.fetchone()[0]
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Total Cost"]
