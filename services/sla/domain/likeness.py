"""Which needs may say the same: a suggestion for people, who decide.

Thai has no spaces between words, so texts are compared by their runs of three characters. A text is
normalised first (NFKC, case folded; spaces, marks of punctuation and what cannot be seen left out). The
likeness of two texts is the larger of the Dice coefficient of their trigrams, which does not mind the order
of words, and the normalised Indel similarity of the whole (rapidfuzz), which does not mind small slips.
Texts are compared language by language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

LOWEST, LIKELY = 50, 75
"""The percentage from which on one may ask for likeness, and from which on it is suggested."""

FLOOR = 40
"""Texts that share fewer trigrams (in percent) are not looked at more closely."""


def normal(text: str) -> str:
    """What is compared of a text: its letters, digits and vowel signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LMN")


def trigrams(text: str) -> set[str]:
    """The runs of three characters of a normalised text; a shorter one is one run."""
    return {text[start : start + 3] for start in range(max(1, len(text) - 2))} if text else set()


class Likeness:
    """Texts ready to be compared: (need, language) -> text."""

    def __init__(self, texts: Iterable[tuple[str, str, str]]) -> None:
        import numpy as np  # a tenth of a second that nothing else of this service needs

        self._entries: list[tuple[str, str, str]] = []
        self._sets: list[set[str]] = []
        self._of: dict[str, list[int]] = {}
        postings: dict[tuple[str, str], list[int]] = {}
        for need, language, text in texts:
            plain = normal(text)
            if not plain:
                continue
            place = len(self._entries)
            self._entries.append((need, language, plain))
            self._sets.append(trigrams(plain))
            self._of.setdefault(need, []).append(place)
            for run in self._sets[-1]:
                postings.setdefault((language, run), []).append(place)
        self._sizes = np.array([len(each) for each in self._sets], dtype=np.int64)
        self._postings = {run: np.array(places, dtype=np.int64) for run, places in postings.items()}

    def alike(self, need: str, at_least: int = LIKELY) -> list[tuple[str, int]]:
        """Other needs that are at least so much alike, in whole percents, the likest first."""
        found: dict[str, int] = {}
        for place in self._of.get(need, ()):
            for other, percent in self._near(place):
                name = self._entries[other][0]
                if name != need and percent >= at_least:
                    found[name] = max(percent, found.get(name, 0))
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def _near(self, place: int) -> Iterator[tuple[int, int]]:
        import numpy as np
        from rapidfuzz import fuzz, process

        _, language, text = self._entries[place]
        runs = [self._postings[language, run] for run in self._sets[place]]
        shared = np.bincount(np.concatenate(runs), minlength=len(self._entries))
        dice = 200 * shared // (self._sizes + self._sizes[place])
        others = np.flatnonzero(dice >= FLOOR)
        texts = [self._entries[other][2] for other in others]
        whole = process.cdist([text], texts, scorer=fuzz.ratio, score_cutoff=LOWEST)[0].astype(np.int64)
        yield from zip(others.tolist(), np.maximum(whole, dice[others]).tolist(), strict=True)
