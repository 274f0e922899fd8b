"""Every act that asks for something first: its form, and the words around it."""

from opsboard.exceptions.forms import deciding as decision_forms
from opsboard.exceptions.forms import item as item_forms
from opsboard.exceptions.wording import NEEDS_WORDS

FORMS = decision_forms.FORMS | item_forms.FORMS
WORDS = NEEDS_WORDS | item_forms.WORDS
