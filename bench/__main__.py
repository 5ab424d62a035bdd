"""`make bench`: every part, one after the other; `make bench ARGS=intake` runs one."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("intake", "evaluator", "delay")


def main(arguments: list[str]) -> None:
    chosen = [name for name in arguments if name in PARTS] or PARTS
    options = [argument for argument in arguments if argument not in PARTS]
    for name in chosen:
        import_module(f"bench.{name}").main(options)


if __name__ == "__main__":
    main(sys.argv[1:])
