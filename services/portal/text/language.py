"""The two languages, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Mapping

from shared.dates import Lang

__all__ = ["DEFAULT", "LANGS", "Lang", "choose", "known", "said", "sort_key"]

LANGS: tuple[Lang, Lang] = ("th", "en")
DEFAULT: Lang = "th"


def known(text: str | None) -> Lang | None:
    return text if text in LANGS else None


def choose(cookie: str | None, accept_language: str | None) -> Lang:
    """The reader's own choice, else the best that the browser asks for, else Thai."""
    return known(cookie) or _accepted(accept_language or "") or DEFAULT


def _accepted(header: str) -> Lang | None:
    """The first of our languages by quality (RFC 9110, 12.5.4); `en-GB` asks for `en`."""
    best: Lang | None = None
    best_quality = 0.0
    for part in header[:1000].split(","):
        tag, _, parameter = part.strip().partition(";")
        language = known(tag.strip().lower().split("-")[0])
        if language is None:
            continue
        name, _, value = parameter.strip().partition("=")
        quality = 1.0
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                continue
        if quality > best_quality:
            best, best_quality = language, quality
    return best


def said(words: Mapping[str, str | None] | None, lang: Lang, otherwise: str = "") -> tuple[str, Lang | None]:
    """A text of the API in ``lang``, or in the language it has; and that language (None: in neither)."""
    for language in (lang, *LANGS):
        text = (words or {}).get(language)
        if text:
            return text, language
    return otherwise, None


_LEADING = "เแโใไ"
_MARKS = dict.fromkeys(map(ord, "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c"))


def sort_key(name: str) -> str:
    """Alphabetical order: a leading Thai vowel sorts after its consonant, tone marks do not count first."""
    letters = list(name.casefold().translate(_MARKS))
    place = 0
    while place < len(letters) - 1:
        if letters[place] in _LEADING:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
            place += 1
        place += 1
    return "".join(letters)
