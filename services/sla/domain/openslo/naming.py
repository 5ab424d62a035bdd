"""Names: OpenSLO's are DNS labels, our codes are not always; a code that is none travels as an annotation."""

from __future__ import annotations

import re

PREFIX = "sanya.example/"
CODE = f"{PREFIX}code"
INDICATOR = f"{PREFIX}indicator"
RESPONSIBLE = f"{PREFIX}responsible"
WORDING_EN = f"{PREFIX}wording-en"
AGREEMENT = f"{PREFIX}agreement"
REVISION = f"{PREFIX}revision"

MOST = 63
_THAI = re.compile("[\u0e01-\u0e5b]")


def is_thai(text: str) -> bool:
    return _THAI.search(text) is not None


def code_from(name: str) -> str:
    """A code of ours out of a name: lower case, other characters to `-`."""
    code = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64]
    return code or "promise"


class Names:
    """DNS labels for codes, each once among those of its kind."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def label(self, kind: str, code: str) -> str:
        base = re.sub(r"[^a-z0-9-]", "-", code).strip("-")[:MOST].strip("-") or "unnamed"
        name, number = base, 1
        while (kind, name) in self._taken:
            number += 1
            tail = f"-{number}"
            name = base[: MOST - len(tail)].strip("-") + tail
        self._taken.add((kind, name))
        return name
