"""What the intake knows of others' facts: agencies, services, sources and indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VALUES_NOT_NEGATIVE = frozenset({"duration", "count", "rating"})


@dataclass(frozen=True, slots=True)
class Source:
    """A system that reports. ``holder``: who held the span before a completion."""

    agency: str
    services: frozenset[str]
    holder: str
    active: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured: its kind, and the values each of its labels may take.

    ``scale``: the lowest and the highest rating there can be, in 10^-6 units.
    """

    service: str
    kind: str
    labels: Mapping[str, frozenset[str]]
    scale: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A consistent picture of the projections. ``version`` rises with every change of any of them."""

    version: int = -1
    agencies: frozenset[str] = frozenset()
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Service -> step -> responsible agency."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)

    def source(self, code: str, service: str, agency: str | None) -> Source | None:
        """The source, if it is this agency's and reports for the service; None whatever the reason."""
        source = self.sources.get(code)
        if source is None or not source.active or agency is None or source.agency != agency:
            return None
        if service not in source.services or service not in self.steps:
            return None
        return source

    def indicator(self, code: str, service: str) -> Indicator | None:
        indicator = self.indicators.get(code)
        return indicator if indicator is not None and indicator.service == service else None

    def journey_labels(self, service: str) -> dict[str, frozenset[str]]:
        """The labels a journey event of a service may carry: what any of its indicators declares."""
        found: dict[str, frozenset[str]] = {}
        for indicator in self.indicators.values():
            if indicator.service == service:
                for name, values in indicator.labels.items():
                    found[name] = found.get(name, frozenset()) | values
        return found
