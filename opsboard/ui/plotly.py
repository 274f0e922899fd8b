"""plotly.js as the installed package brings it."""

import gzip
import re
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

FILE = Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"


def release() -> str:
    return version("plotly")


@cache
def packed() -> bytes:
    return gzip.compress(FILE.read_bytes(), mtime=0)


@cache
def map_style_id() -> str:
    """The id under which it would put a style sheet for maps into the page, which our policy
    forbids. It does not when an element of that id stands there already; we draw no maps.
    """
    found = re.search(rb'getElementById\("([0-9a-f]{64})"\)', FILE.read_bytes())
    return found[1].decode() if found else ""
