"""Whether Tryton answers, what the login may read, and what is missing, stream by stream."""

from connectors.base import NeedsHuman, Probe, TryAgain
from connectors.tryton.declaring import Declared
from connectors.tryton.rpc import Session
from connectors.tryton.streams import STREAMS


def probe(session: Session) -> Probe:
    """One row of every stream is read as a pull would read it: nothing else proves a right."""
    version = session.version()
    told, _ = session.preferences()
    rights: dict[str, bool] = {}
    missing: list[str] = []
    for name, stream in STREAMS.items():
        fault = _fault(session, stream)
        rights[name] = not fault
        missing += [f"{name}: {fault}"] if fault else []
    where = f" for {told['company.rec_name']}" if told.get("company.rec_name") else ""
    said = f"Tryton {version} answers; signed in as {session.login}{where}."
    if not version.startswith("8."):
        missing.insert(0, f"Tryton {version} is not version 8, which this connector reads.")
    return Probe(reachable=True, detail=said, rights=rights, missing=missing)


def _fault(session: Session, stream: Declared) -> str:
    call = f"model.{stream.model}.search_read"
    domain = [list(clause) for clause in stream.domain]
    try:
        session.call(call, domain, 0, 1, [["id", "ASC"]], ["id", *stream.asked], {"language": "en"})
    except NeedsHuman as error:
        return f"{error}. {error.remedy}"
    except TryAgain as error:
        return str(error)
    return ""
