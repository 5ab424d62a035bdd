"""How fast an error budget burns: the pairs that watch it, with their numbers."""

from __future__ import annotations

from pydantic import Field

from shared.http import Wire


class Pair(Wire):
    """Two lookbacks and the burn that both must reach; `factor_exact` is what is compared."""

    long: str
    short: str
    factor: str
    factor_exact: str


class Lookback(Wire):
    """[from, to) of whole minutes. `burn` null: nothing, or less than `minimum_total`, was counted in it.

    With time slices `total` and `bad` count those that ended in it; `bad` null: of a mean of shares without a
    target for one slice.
    """

    from_: str = Field(alias="from")
    to: str
    total: int
    bad: int | None
    burn: str | None
    burn_exact: str | None


class BurningPair(Wire):
    """A pair at the moment of the explanation; `reached`: it alerts."""

    pair: Pair
    long: Lookback
    short: Lookback
    reached: bool


class DroppedPair(Wire):
    """A default pair that says nothing here: `above-reach`, `longer-than-period` or `shorter-than-slice`."""

    pair: Pair
    reason: str
    text: dict[str, str]


class Burn(Wire):
    """Burn rates at `at`: of a closed window at its end, of an open one at the last tick's minute."""

    at: str
    own: bool
    alerting: bool
    pairs: list[BurningPair]
    dropped: list[DroppedPair]
