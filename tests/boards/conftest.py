"""Home is read by somebody, at the instant of the cast."""

from tests.cast import aisha, charlie, helen, marek, sofia  # noqa: F401
from tests.exceptions.conftest import read, world  # noqa: F401
