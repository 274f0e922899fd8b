"""What a statement reads, told from its text."""

import re


def bare(sql):
    """A statement without comments and quoted text, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"--[^\n]*|'[^']*'", "", sql)).lower()


def sources_of(sql):
    """The tables and views behind every from and join; subqueries and functions left out."""
    # Inside these functions, and in "is distinct from", `from` names no table.
    text = re.sub(r"extract\([^)]*\)|(not )?distinct from", "", bare(sql))
    return set(re.findall(r"\b(?:from|join) (?!lateral\b)(\w+)\b(?! ?\()", text))
