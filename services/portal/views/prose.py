"""The longer texts in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.text.phrase import Phrase
from services.portal.text.words.guide import Chapter
from services.portal.views.words import Reader


@dataclass(frozen=True, slots=True)
class Shown:
    anchor: str
    title: Phrase
    paragraphs: list[Phrase]
    points: list[Phrase]


def chapters(reader: Reader, texts: Sequence[Chapter]) -> list[Shown]:
    lang = reader.lang
    return [
        Shown(
            each.anchor,
            each.title.in_(lang),
            [text.in_(lang) for text in each.paragraphs],
            [text.in_(lang) for text in each.points],
        )
        for each in texts
    ]
