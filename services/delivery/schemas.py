"""Wire models of the feed."""

from __future__ import annotations

from typing import Any

from shared.http import Wire


class Events(Wire):
    """A part of the feed, oldest first. `next` is the cursor to go on from, also when nothing is new."""

    items: list[dict[str, Any]]
    next: str
