"""Who the persons of a page are, as far as its reader may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.text.phrase import Phrase
from services.portal.views.words import Reader


@dataclass(frozen=True, slots=True)
class People:
    """Names by id. ``gone``: who signed, and whose name has been erased since."""

    names: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    def name(self, reader: Reader, person: str | None) -> Phrase | None:
        """None: the reader may not know it, or it is no person."""
        if person is None:
            return None
        if person in self.names:
            return Phrase(self.names[person])
        return reader.t.person_gone if person in self.gone else None


NOBODY = People()
