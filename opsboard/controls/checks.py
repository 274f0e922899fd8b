"""What `opsboard.toml` says of controls and causes must be said of ones that there are."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

from opsboard.config import Config, Misconfigured, config
from opsboard.controls import trial
from opsboard.controls.catalogue import Definition, catalogue, library
from opsboard.controls.causes import ladder
from opsboard.controls.own import own_controls
from opsboard.deployment.reading import unknown

# A control that says its cause itself names it in its SELECT: bare, or at the ends of a case.
NAMED = re.compile(r"(?:^|\bthen |\belse |,\s*|\()'([a-z]\w+)'(?=\s*(?:$|when |else |end\b|,|\)))")
ITEM = re.compile(r"(?:\A|,\n)((?:(?!,\n).)*?)\s+as (?:root_)?cause\b", re.DOTALL)
# In hours more than a century; far more, and no date can be reckoned with it.
MOST = 1_000_000


@checks.register()
def check_controls(**_: Any) -> list[checks.CheckMessage]:
    """A file that cannot be read at all has its own check."""
    try:
        found = control_mistakes(config())
    except Misconfigured:
        return []
    return [checks.Error(one, obj=f"({settings.CONFIG})", id="opsboard.E002") for one in found]


@checks.register()
def check_own_controls(**_: Any) -> list[checks.CheckMessage]:
    """The firm's own files: what is wrong with one stops no other, so it is a warning."""
    found = [*own_controls().mistakes, *trial.mistakes()]
    return [checks.Warning(one, id="opsboard.W001") for one in found]


def refuse_mistakes(deployment: Config) -> None:
    """Raise Misconfigured rather than run controls on words that mean nothing."""
    if found := control_mistakes(deployment):
        raise Misconfigured(found)


def control_mistakes(deployment: Config) -> list[str]:
    """Every control, parameter and cause of the file that is not there, with its place."""
    found = [
        mistake
        for code, given in deployment.controls.items()
        for mistake in _settings_mistakes(code, given.parameters)
    ]
    for number, rule in enumerate(deployment.owners, 1):
        for name, known in (("control", list(library())), ("cause", known_causes())):
            found += [
                unknown(f"owner[{number}].{name}: {one}", one, known)
                for one in getattr(rule, name)
                if one not in known
            ]
    return found


def known_causes() -> list[str]:
    """The rungs of the ladder, and what controls say themselves."""
    own = {cause for one in catalogue().values() for cause in causes_named_by(one)}
    return sorted({*ladder(), *own})


def causes_named_by(definition: Definition) -> list[str]:
    """What its head lists, and what its SELECT writes out."""
    if not definition.own_cause:
        return list(definition.causes)
    items = [re.sub(r"\s+", " ", one).strip() for one in ITEM.findall(definition.sql)]
    return [*definition.causes, *(cause for one in items for cause in NAMED.findall(one))]


def _settings_mistakes(code: str, parameters: dict[str, Any]) -> Iterator[str]:
    definition = library().get(code)
    if definition is None:
        yield unknown(f"control.{code}", code, list(library()))
        return
    for name, given in parameters.items():
        place = f"control.{code}.parameters.{name}"
        if name not in definition.parameters:
            yield _no_such_parameter(place, name, definition)
        elif not _fits(given, definition.parameters[name]):
            usual = definition.parameters[name]
            words = "a whole number, 0 to 1000000" if isinstance(usual, int) else "a text"
            yield f"{place}: {given!r} does not fit; write {words}, such as {usual!r}"


def _no_such_parameter(place: str, name: str, definition: Definition) -> str:
    if not definition.parameters:
        return f"{place}: is unknown; {definition.code} has no parameters"
    return unknown(place, name, list(definition.parameters))


def _fits(given: Any, usual: Any) -> bool:
    """TOML's true is no number, though Python's is one."""
    if type(given) is not type(usual):
        return False
    return not isinstance(given, int) or 0 <= given <= MOST
