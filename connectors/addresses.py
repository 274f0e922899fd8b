"""Where a source lives and whom to trust there, as a connection's settings say it."""

import ipaddress
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

# The settings that every connector over HTTP understands.
HTTP_SETTINGS = frozenset(("base_url", "ca_bundle", "verify", "plain_http", "timeout", "max_bytes"))


def http_mistakes(settings: Mapping[str, Any]) -> list[str]:
    """What is wrong with the settings of the way to the source, one sentence each."""
    if not isinstance(settings.get("base_url"), str):
        return ["base_url: is missing; write the source's address"]
    faults = [
        f"{name}: write true or false"
        for name in ("verify", "plain_http")
        if not isinstance(settings.get(name, True), bool)
    ]
    faults += [
        f"{name}: write a number above 0, {unit}"
        for name, unit in (("timeout", "in seconds"), ("max_bytes", "in bytes"))
        if not _is_positive(settings.get(name, 1))
    ]
    if not isinstance(settings.get("ca_bundle", ""), str):
        return [*faults, "ca_bundle: write the path of a file"]
    plain = settings.get("plain_http", False)
    return faults + address_mistakes(settings["base_url"], verify=trust_of(settings), plain=plain)


def trust_of(settings: Mapping[str, Any]) -> bool | str:
    """A CA bundle's path, or whether certificates are verified at all."""
    return settings.get("ca_bundle") or settings.get("verify", True)


def _is_positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def address_mistakes(base_url: Any, *, verify: Any = True, plain: Any = False) -> list[str]:
    """What is wrong with a source's address and how it is trusted, for check_settings."""
    try:
        url = httpx.URL(base_url)
        here = is_loopback(url.host)
    except (httpx.InvalidURL, TypeError, ValueError):
        return ["base_url: is no address; write one such as https://erp.example.com"]
    faults = []
    if url.scheme not in ("http", "https") or not url.host:
        faults.append("base_url: write an address such as https://erp.example.com")
    elif url.scheme == "http" and not here and plain is not True:
        faults.append("base_url: write https://, or set plain_http = true on a private network")
    if url.userinfo:
        faults.append("base_url: keep the login out of the address; it has its own settings")
    if url.query or url.fragment:
        faults.append("base_url: leave out what follows the path")
    if verify is False and not here:
        faults.append("verify: can be false for this machine alone; name a CA file in ca_bundle")
    if isinstance(verify, str):
        faults += _bundle_mistakes(verify)
    return faults


def _bundle_mistakes(path: str) -> list[str]:
    try:
        ssl.create_default_context(cafile=path)
    except FileNotFoundError:
        return [f"ca_bundle: there is no file {path}"]
    except OSError as error:
        return [f"ca_bundle: {path} cannot be read as certificates ({error.strerror or error})"]
    return []


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
