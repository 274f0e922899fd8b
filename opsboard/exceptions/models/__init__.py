"""The tables of the room, one noun a file."""

from opsboard.exceptions.models.asking import Evidence, Problem, SubTask
from opsboard.exceptions.models.decision import Decision, Redrive, Verdict
from opsboard.exceptions.models.group import Group
from opsboard.exceptions.models.history import BulkAct, History, Mention
from opsboard.exceptions.models.item import ExceptionItem
from opsboard.exceptions.models.keys import Alias, Basis, Placement, Touched
from opsboard.exceptions.models.ledger import Atom, Exposure
from opsboard.exceptions.models.tally import Tally
from opsboard.exceptions.models.view import SavedView
from opsboard.exceptions.models.words import Name
from opsboard.exceptions.states import Severity, State

__all__ = [
    "Alias",
    "Atom",
    "Basis",
    "BulkAct",
    "Decision",
    "Evidence",
    "ExceptionItem",
    "Exposure",
    "Group",
    "History",
    "Mention",
    "Name",
    "Placement",
    "Problem",
    "Redrive",
    "SavedView",
    "Severity",
    "State",
    "SubTask",
    "Tally",
    "Touched",
    "Verdict",
]
