"""Phrases: what a page says in one language, as plain text and as HTML that breaks in the right places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from services.portal.text.breaking import joined, nb
from services.portal.text.language import Lang


class Phrase(str):
    """A text of ours. As a string it is plain (titles, attributes); in a template it is HTML.

    Calling it fills its placeholders: `t.met_of(good=3, total=4)`.
    """

    _html: Markup | Callable[[], Markup]
    """Made when it is asked for: of many texts only the plain one is."""

    def __new__(cls, plain: str, html: Markup | Callable[[], Markup] | None = None) -> Phrase:
        made = super().__new__(cls, plain)
        made._html = partial(nb, plain) if html is None else html
        return made

    def __html__(self) -> Markup:
        if not isinstance(self._html, Markup):
            self._html = self._html()
        return self._html

    @property
    def plain(self) -> str:
        return str.__str__(self)

    def __call__(self, **parts: Any) -> Phrase:
        plain = {name: part.striptags() if isinstance(part, Markup) else part for name, part in parts.items()}
        return Phrase(self.plain.format(**plain), lambda: self.__html__().format(**parts))


@dataclass(frozen=True, slots=True)
class Text:
    """What we say, in both languages. `one`: English for a `{n}` of 1."""

    th: str
    en: str
    one: str | None = None

    def in_(self, lang: Lang) -> Phrase:
        return Phrase(joined(self.th if lang == "th" else self.en))

    def counted(self, lang: Lang, n: int, **parts: Any) -> Phrase:
        """With `{n}`, and its singular where English has one."""
        if lang == "en" and n == 1 and self.one is not None:
            return Phrase(joined(self.one))(n="1", **parts)
        return self.in_(lang)(n=f"{n:,}", **parts)
