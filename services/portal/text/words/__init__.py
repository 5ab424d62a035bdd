"""All we say, in both languages. `speech(lang)` gives the phrases of one of them, by lower-case name."""

from __future__ import annotations

from typing import Any

from services.portal.text.language import Lang
from services.portal.text.phrase import Phrase, Text
from services.portal.text.words import (
    agreed,
    announcing,
    appointing,
    attribution,
    calendars,
    drafting,
    exchange,
    explaining,
    frame,
    improving,
    judging,
    mail,
    need_pages,
    needs,
    negotiation,
    oidc,
    owner,
    pages,
    papers,
    proposing,
    prose,
    published,
    recommending,
    refusals,
    reporting,
    reports,
    signing,
    terms,
    verifying,
    what_if,
)

MODULES = (
    frame,
    judging,
    attribution,
    agreed,
    proposing,
    explaining,
    what_if,
    calendars,
    needs,
    need_pages,
    owner,
    pages,
    mail,
    oidc,
    papers,
    prose,
    published,
    refusals,
    reporting,
    reports,
    terms,
    negotiation,
    signing,
    drafting,
    exchange,
    announcing,
    appointing,
    verifying,
    improving,
    recommending,
)


def _collected() -> dict[str, Text]:
    found: dict[str, Text] = {}
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, Text):
                if name.lower() in found:
                    raise ValueError(f"{name} stands in two modules of words")
                found[name.lower()] = value
    return found


ALL: dict[str, Text] = _collected()


class Speech:
    """`t` in templates: `t.met`, `t.of(good="3", total="4", unit="cases")`; an unknown name is an error."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._phrases = {name: text.in_(lang) for name, text in ALL.items()}

    def __getattr__(self, name: str) -> Phrase:
        try:
            return self._phrases[name]
        except KeyError:
            raise AttributeError(f"no words {name!r}") from None

    def n(self, name: str, number: int, **parts: Any) -> Phrase:
        """A phrase that counts: English has a singular."""
        return ALL[name].counted(self._lang, number, **parts)


SPEECH: dict[Lang, Speech] = {"th": Speech("th"), "en": Speech("en")}


def speech(lang: Lang) -> Speech:
    return SPEECH[lang]
