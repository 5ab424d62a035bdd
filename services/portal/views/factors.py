"""Factors in words, by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.text.phrase import Phrase
from services.portal.views.need_form import KINDS
from services.portal.views.needs import NeedWords
from services.portal.views.words import Said


@dataclass(frozen=True, slots=True)
class Factor:
    """``text`` None: the words were erased. ``href`` None: another agency's, which changes it."""

    text: Said | None
    section: str | None
    value: str | None
    indicator: Said | None
    by: Said
    href: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    name: Phrase
    factors: tuple[Factor, ...]


def factors_by_kind(
    words: NeedWords, found: Sequence[Mapping[str, Any]], base: str, agency: str
) -> list[Kind]:
    t = words.reader.t
    return [
        Kind(
            getattr(t, f"factor_{kind}"),
            tuple(_factor(words, each, base, agency) for each in found if each["kind"] == kind),
        )
        for kind in KINDS
        if any(each["kind"] == kind for each in found)
    ]


def _factor(words: NeedWords, found: Mapping[str, Any], base: str, agency: str) -> Factor:
    return Factor(
        None if found["text"] is None else words.reader.said(found["text"]),
        found["section"],
        words.amount(found["value"], found["unit"]),
        None if found["indicator"] is None else words.indicator(found["indicator"]),
        words.agencies.name(found["agency"]),
        f"{base}/{found['id']}" if found["agency"] == agency else None,
    )
