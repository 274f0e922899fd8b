"""No secret in a message: what people and logs see is cleaned here first."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

STARS = "***"
SECRET_NAME = (
    r"[\w.-]*(?:passw(?:or)?d|passwort|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key"
    r"|private[-_]?key|signature|credential|assertion|session(?:[-_]?id)?|auth(?:orization)?|cookie)"
    r"|sig|sid|key|code|pw|pass"
)
# Order matters: whole headers first, then what looks like a name and its value.
PATTERNS = (
    (re.compile(r"(://)[^/\s@'\"]*@"), rf"\1{STARS}@"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*:\s*)[^\r\n]+"),
     rf"\1\2{STARS}"),
    (re.compile(r"(?i)\b(bearer|basic|digest|negotiate|session|token)\s+[\w.~+/:=-]{6,}"),
     rf"\1 {STARS}"),
    (re.compile(rf"(?i)([?&;](?:{SECRET_NAME})=)[^&#\s'\"]*"), rf"\1{STARS}"),
    (re.compile(rf"(?i)((['\"])(?:{SECRET_NAME})\2\s*[:=]\s*)(?:\"(?:\\.|[^\"\\])*\"?"
                r"|'(?:\\.|[^'\\])*'?|[^\s,}\]]+)"), rf"\1{STARS}"),
    (re.compile(rf"(?i)\b((?:{SECRET_NAME})\s*=\s*)[^\s&,;'\"]+"), rf"\1{STARS}"),
    (re.compile(r"\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*"), STARS),
)  # fmt: skip


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the secrets given, in any spelling HTTP has for them, and without whatever
    looks like one.
    """
    for secret in sorted(set(_spellings(secrets)), key=len, reverse=True):
        text = text.replace(secret, STARS)
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _spellings(secrets: Iterable[str]) -> Iterable[str]:
    """Very short secrets are left to the patterns: replacing 'a' everywhere explains nothing."""
    for secret in secrets:
        if len(secret) < 4:
            continue
        encoded = base64.b64encode(secret.encode()).decode()
        yield from (secret, quote(secret, safe=""), quote(secret), encoded, encoded.rstrip("="))
