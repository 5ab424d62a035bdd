"""The figures of a run, kept as JSON: what docs/performance.md and its picture are made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Figures:
    found: list[dict[str, Any]] = field(default_factory=list)

    def add(self, part: str, **values: Any) -> None:
        self.found.append({"part": part, **values})

    def save(self, path: Path) -> None:
        """Keeps what other parts said in earlier runs; a part that ran again replaces its own."""
        known = json.loads(path.read_text()) if path.exists() else []
        mine = {one["part"] for one in self.found}
        kept = [one for one in known if one["part"] not in mine]
        path.write_text(json.dumps([*kept, *self.found], indent=1) + "\n")
