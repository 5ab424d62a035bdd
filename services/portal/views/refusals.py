"""What a service refuses, in the reader's language.

The types of problems are stable (docs/problems.md) and have a sentence each; so have the commonest details.
What the service said itself is English: on a Thai page it stands beneath, marked as English, so that nothing
is lost that tells what to do. One place for all pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from services.portal.client import slug_of
from services.portal.text.phrase import Phrase
from services.portal.text.words import ALL
from services.portal.views.words import Reader

_SENTENCES = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(is missing|Field required|say what share has to be good)", "fault_missing"),
        (r"String should have at most (?P<most>\d+) character", "fault_too_long"),
        (r"String should have at least (?P<least>\d+) character", "fault_too_short"),
        (r"String should match pattern", "fault_pattern"),
        (r"Input should be greater than or equal to (?P<least>\S+)", "fault_at_least"),
        (r"Input should be less than or equal to (?P<most>\S+)", "fault_at_most"),
        (r"Input should be (?P<known>'.+')", "fault_one_of"),
        (r"Extra inputs are not permitted", "fault_unknown_field"),
        (r"(?P<name>\S+) is no party", "fault_no_party"),
        (r"say in `indicators` (what|which of \S+) '(?P<name>.*?)' stands for", "fault_unnamed"),
        (r"column '(?P<name>.*)' is unknown", "fault_column"),
        (r"no column is `(?P<name>\w+)`", "fault_no_column"),
        (r"two columns are", "fault_two_columns"),
        (r"only a header", "fault_only_header"),
        (r"(the )?(code|name) .*is taken", "fault_taken"),
        (r".*\bstands twice", "fault_twice"),
        (r"(a|the) (workbook has )?formulas?\b", "fault_formula"),
        (r"contradicts the target", "fault_contradicts"),
        (r"write a time as", "fault_time"),
        (r".* is no window:", "fault_window"),
        (r".* is no comparison:", "fault_comparison"),
        (r".*(a share|between 0 and 1)", "fault_share"),
        (r".* is (no|not a) number", "fault_number"),
        (r"whole minutes only", "fault_whole_minutes"),
        (r".*(lies in|is in|has) (the )?past", "fault_passed"),
        (r"(.* )?is not known( here)?( yet)?\b", "fault_not_known"),
    )
)


def type_words(reader: Reader, problem: Mapping[str, Any]) -> Phrase | None:
    """What a type of problem is called; None: it has no words of ours."""
    name = f"problem_{slug_of(problem).replace('-', '_')}"
    return getattr(reader.t, name) if name in ALL else None


def detail_words(reader: Reader, detail: object) -> Phrase:
    """A sentence of a service: as it is for who reads English, else in our words with it beneath."""
    text = str(detail)
    if reader.lang == "en" or not text:
        return Phrase(text)
    for pattern, name in _SENTENCES:
        match = pattern.match(text)
        if match:
            words: Phrase = getattr(reader.t, name)
            named = match.groupdict()
            return beneath(words(**named) if named else words, text)
    return Phrase(text, Markup('<span lang="en">{}</span>').format(Phrase(text)))


def refusal_words(reader: Reader, status: int, problem: Mapping[str, Any]) -> Phrase:
    """What the refusal as a whole says."""
    detail = str(problem.get("detail") or status)
    if reader.lang == "en":
        return reader.t.not_taken(detail=detail)
    return beneath(type_words(reader, problem) or reader.t.problem_other, detail)


def beneath(words: Phrase, detail: str) -> Phrase:
    """Words of ours, and under them what the service said."""
    small = Markup('{}<span class="under" lang="en">{}</span>').format(words, Phrase(detail))
    return Phrase(f"{words.plain} ({detail})", small)
