"""The error budget: what of it is gone, how fast it burns, and where an open window is heading.

All exact: integers and fractions; what is compared was never rounded. Sources: Google SRE workbook,
"Implementing SLOs" (the budget) and "Alerting on SLOs" (burn rates, several windows); SEMANTICS, Error budget
and burn rate, States.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.evaluation.domain.amounts import exact_text, holds, shown
from services.evaluation.domain.objective import SHARE, BurnPair, Objective
from services.evaluation.domain.windows import Window
from shared.clock import MINUTE

HOUR = 60 * MINUTE

DEFAULT_PAIRS = (
    (Fraction(2, 100), HOUR, 5 * MINUTE),
    (Fraction(5, 100), 6 * HOUR, 30 * MINUTE),
    (Fraction(10, 100), 24 * HOUR, 2 * HOUR),
    (Fraction(10, 100), 72 * HOUR, 6 * HOUR),
)
"""(share of the period's budget, long, short): with 30 days their factors are 14.4, 6, 3 and 1."""

RECENT_RATE = "recent-rate"
FORECAST, WARNING = "forecast", "warning"
ABOVE_REACH, LONGER_THAN_PERIOD, SHORTER_THAN_SLICE = (
    "above-reach",
    "longer-than-period",
    "shorter-than-slice",
)


def allowed(objective: Objective) -> Fraction | None:
    """The share that may fail: 1 - target, or the target of a bad share. None where nothing may."""
    if objective.aggregation != SHARE:
        return None
    found = objective.target if objective.is_upper else 1 - objective.target
    return found if found > 0 else None


def bad_of(objective: Objective, good: int, total: int) -> int:
    """What uses up the budget."""
    return good if objective.is_upper else total - good


def used_up(objective: Objective, share: Fraction) -> Fraction | None:
    """How much of the budget a share uses: (1 - share) / (1 - target), for a bad share: share / target.

    Over a whole window that is what was consumed, over a lookback its burn.
    """
    limit = allowed(objective)
    if limit is None:
        return None
    return (share if objective.is_upper else 1 - share) / limit


def shown_budget(consumed: Fraction | None, burn: Fraction | None) -> dict[str, str] | None:
    """The field `budget` of a result."""
    if consumed is None or burn is None:
        return None
    return {"consumed": shown(consumed), "remaining": shown(1 - consumed), "burn": shown(burn)}


# --- alerts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dropped:
    """A default pair that cannot say anything here, and why."""

    pair: BurnPair
    reason: str
    bound: Fraction
    """The highest burn there can be, the period's hours, or the minutes of a slice."""


def pairs_for(objective: Objective, period: int) -> tuple[list[BurnPair], list[Dropped]]:
    """The pairs that watch an objective whose window is ``period`` µs long, and the defaults left out.

    A default factor is its share of the budget x period / long window.
    """
    limit = allowed(objective)
    if limit is None:
        return [], []
    if objective.alerts is not None:
        return list(objective.alerts), []
    kept: list[BurnPair] = []
    dropped: list[Dropped] = []
    for part, long, short in DEFAULT_PAIRS:
        pair = BurnPair(long, short, part * period / long)
        if objective.slice is not None and short < objective.slice.length:
            bound = Fraction(objective.slice.length, MINUTE)
            dropped.append(Dropped(pair, SHORTER_THAN_SLICE, bound))
        elif long > period:
            dropped.append(Dropped(pair, LONGER_THAN_PERIOD, Fraction(period, HOUR)))
        elif pair.factor > 1 / limit:
            dropped.append(Dropped(pair, ABOVE_REACH, 1 / limit))
        else:
            kept.append(pair)
    return kept, dropped


def burn(objective: Objective, good: int, total: int) -> Fraction | None:
    """The burn over a lookback; None where nothing, or less than the minimum, was counted in it."""
    return burn_of_share(objective, Fraction(good, total) if total > 0 else None, total)


def burn_of_share(objective: Objective, share: Fraction | None, total: int) -> Fraction | None:
    if share is None or total < objective.minimum_total:
        return None
    return used_up(objective, share)


def reached(pair: BurnPair, long: Fraction | None, short: Fraction | None) -> bool:
    """Both of a pair have to reach its factor; equality is enough."""
    return long is not None and short is not None and long >= pair.factor and short >= pair.factor


# --- forecast ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far an open window has come. All in whole minutes; ``lookback``: the last tenth of the window."""

    length: int
    elapsed: int
    lookback: int
    recent: Window


def horizon(window: Window, tick: int) -> Horizon | None:
    """None before a tenth of the window has passed.

    A tenth that is no whole number of minutes (a day that a clock change made odd) is rounded up, for what is
    looked at and for what it is divided by alike, so that the rate stays exact.
    """
    length = window.length // MINUTE
    elapsed = min((tick - window.start) // MINUTE, length)
    if elapsed <= 0 or elapsed * 10 < length:
        return None
    lookback = -(-length // 10)
    end = window.start + elapsed * MINUTE
    return Horizon(length, elapsed, lookback, Window(end - lookback * MINUTE, end))


def has_forecast(objective: Objective) -> bool:
    """Only shares by occurrences have one."""
    return objective.aggregation == SHARE and objective.budgeting == "occurrences"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a share goes if the window goes on as its last tenth went."""

    where: Horizon
    total: int
    bad: int
    recent_bad: int
    projected_total: Fraction
    projected_bad: Fraction
    share: Fraction
    kept: bool

    def body(self) -> dict[str, Any]:
        """The field `forecast` of a result: the method, what it gives, and what it was reckoned from."""
        return {
            "method": RECENT_RATE,
            "value": shown(self.share),
            "exact": exact_text(self.share),
            "verdict": "met" if self.kept else "breached",
            "window_minutes": self.where.length,
            "elapsed_minutes": self.where.elapsed,
            "lookback_minutes": self.where.lookback,
            "total": self.total,
            "bad": self.bad,
            "bad_in_lookback": self.recent_bad,
            "projected_total": exact_text(self.projected_total),
            "projected_bad": exact_text(self.projected_bad),
        }


def project(
    objective: Objective, where: Horizon, good: int, total: int, recent_good: int, recent_total: int
) -> Forecast | None:
    """total' = total x W/e; bad' = bad + (bad in the last tenth) x (W - e) / (W/10)."""
    if total <= 0 or total < objective.minimum_total:
        return None
    bad = bad_of(objective, good, total)
    recent = bad_of(objective, recent_good, recent_total)
    projected_total = Fraction(total * where.length, where.elapsed)
    projected_bad = bad + Fraction(recent * (where.length - where.elapsed), where.lookback)
    failing = projected_bad / projected_total
    share = failing if objective.is_upper else 1 - failing
    kept = holds(share, objective.comparator, objective.target)
    return Forecast(where, total, bad, recent, projected_total, projected_bad, share, kept)


def warned(objective: Objective, value: Fraction | None) -> bool:
    """Whether the objective's own warning line is crossed."""
    if objective.warning is None or value is None:
        return False
    return not holds(value, objective.comparator, objective.warning)


def pair_body(pair: BurnPair) -> dict[str, str]:
    """A pair as events and explanations show it."""
    return {
        "long": duration_text(pair.long),
        "short": duration_text(pair.short),
        "factor": shown(pair.factor),
        "factor_exact": exact_text(pair.factor),
    }


def duration_text(micros: int) -> str:
    """Whole minutes as an ISO 8601 duration: PT5M, PT6H, P3D."""
    minutes = micros // MINUTE
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    time = (f"{hours}H" if hours else "") + (f"{left}M" if left else "")
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "") if minutes else "PT0S"
