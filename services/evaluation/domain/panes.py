"""Rows of measurements as columns; a pane is one minute of one scope (domain: merging)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LIMB = 32
LOW = (1 << LIMB) - 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of one indicator: either ``value`` (10^-6 units), or ``good`` and ``total``."""

    at: Ints
    value: Ints | None
    good: Ints | None
    total: Ints | None
    labels: Mapping[str, tuple[Sequence[str], Ints]]
    """label -> (values, code of each row; -1 where the row has no such label)"""

    def __len__(self) -> int:
        return len(self.at)


def compare(values: Ints, comparator: str, limit: int) -> Bools:
    """Elementwise ``value comparator limit``; equality follows the comparator exactly."""
    match comparator:
        case "<":
            return values < limit
        case "<=":
            return values <= limit
        case ">":
            return values > limit
        case ">=":
            return values >= limit
    raise ValueError(f"unknown comparator {comparator!r}")
