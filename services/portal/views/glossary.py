"""The glossary: each word of the pages with its counterpart in the other language and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.text.language import Lang
from services.portal.text.phrase import Phrase, Text
from services.portal.text.words import judging, terms
from services.portal.views.words import Reader

ENTRIES: tuple[tuple[Text, Text], ...] = (
    (judging.AGREEMENT, terms.TERM_AGREEMENT),
    (judging.OBJECTIVE, terms.TERM_OBJECTIVE),
    (judging.INDICATOR, terms.TERM_INDICATOR),
    (judging.WINDOW, terms.TERM_WINDOW),
    (judging.MET, terms.TERM_MET),
    (judging.BREACHED, terms.TERM_BREACHED),
    (judging.NOT_DETERMINED, terms.TERM_NOT_DETERMINED),
    (judging.BREACH, terms.TERM_BREACH),
    (judging.ERROR_BUDGET, terms.TERM_BUDGET),
    (judging.CASE, terms.TERM_CASE),
    (judging.HANDOVER, terms.TERM_HANDOVER),
    (judging.COVERAGE, terms.TERM_COVERAGE),
    (judging.EXCLUSION, terms.TERM_EXCLUSION),
)


@dataclass(frozen=True, slots=True)
class Entry:
    word: Phrase
    other: Phrase
    other_lang: Lang
    meaning: Phrase


def glossary(reader: Reader) -> list[Entry]:
    other: Lang = "en" if reader.lang == "th" else "th"
    return [
        Entry(word.in_(reader.lang), word.in_(other), other, meaning.in_(reader.lang))
        for word, meaning in ENTRIES
    ]
