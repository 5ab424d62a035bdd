"""`make bench`: every part, one after the other; `make bench ARGS=intake` runs one."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench import picture
from bench.report import Figures

PARTS = ("intake", "evaluator", "supposing", "delay", "pages")
FIGURES = Path(__file__).parent / "figures.json"
PICTURE = Path(__file__).parent.parent / "docs" / "performance.svg"


def main(arguments: list[str]) -> None:
    chosen = [name for name in arguments if name in PARTS] or PARTS
    options = [argument for argument in arguments if argument not in PARTS]
    figures = Figures()
    for name in chosen:
        import_module(f"bench.{name}").main(options, figures)
    figures.save(FIGURES)
    picture.main(FIGURES, PICTURE)


if __name__ == "__main__":
    main(sys.argv[1:])
