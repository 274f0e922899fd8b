"""Contracts, tasks and what the middleware says of them, as tests of identity load them."""

from connectors.kinds import KINDS, build
from opsboard.records.models import TABLES, CrossReference


def made(kind, source_id, version=1, **said):
    return build(KINDS[kind], {"source_id": source_id, "source_version": version, **said})


def entity(source_id, code="NQ-UK", version=1):
    return made("legal_entity", source_id, version, code=code, name=code)


def contract(source_id, number="SOW-1", version=1, legal_entity="E1", **said):
    return made("contract", source_id, version, number=number, legal_entity=legal_entity, **said)


def task(source_id, task_no="1", project="P1", version=1, **said):
    row = {"task_no": task_no, "project": project, "name": "Build", **said}
    return made("wbs_task", source_id, version, **row)


def link(source_id, system, native_id, canonical="X", version=1, of_kind="project", **said):
    row = {"of_kind": of_kind, "of_system": system, "of_id": native_id, "canonical": canonical}
    return made("id_xref", source_id, version, **row, **said)


def reference(system, native_id, kind="project"):
    return CrossReference.objects.get(kind=kind, system=system, native_id=native_id)


def thing(system, native_id, kind="project"):
    return reference(system, native_id, kind).entity


def stored(kind, key):
    """The canonical id that stands in the record's own row."""
    return TABLES[kind].objects.get(key=key).canonical_id
