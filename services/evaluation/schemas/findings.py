"""Findings and recommendations."""

from __future__ import annotations

from typing import Any, Literal

from services.evaluation.schemas.results import Scope, Span
from shared.http import CodeText, Text, Wire

Kind = Literal[
    "step",
    "agency",
    "hour",
    "weekday",
    "label",
    "queue",
    "handover",
    "unassigned",
    "too_easy",
    "impossible",
]


class BothWords(Wire):
    """Made by templates from the numbers."""

    th: str
    en: str


class NamedOut(Wire):
    """`text` and the action's text with `{step}`, `{agency}`, `{from}`, `{to}` where a name belongs; `codes`:
    what stands for each."""

    text: BothWords
    action: BothWords
    codes: dict[str, str]


class Explained(Wire):
    """Its part of the shortfall (of steps: of the overrun; of hand-overs: of the late journeys' time)."""

    value: str
    exact: str


class SureOut(Wire):
    """`p` of this look alone, `adjusted_p` with all `looks` at the window reckoned (Holm). Claimed below
    `alpha`. `method`: fisher+permutation (the larger p of both) or binomial."""

    method: str
    p: str
    adjusted_p: str
    looks: int
    alpha: str


class WhatIfOut(Wire):
    """What the share would have been; `verdict` null where groups have own targets, or slices count."""

    good: int
    total: int
    value: str
    exact: str
    verdict: Literal["met", "breached"] | None


class ActionOut(Wire):
    """`agency`: who could act."""

    text: BothWords
    agency: str
    what_if: WhatIfOut | None


class EvidenceResult(Wire):
    id: str
    scope: Scope
    verdict: str


class EvidenceOut(Wire):
    """`journeys`: some of those it rests on; `looked_at`: how many journeys `of` all."""

    results: list[EvidenceResult]
    journeys: list[str]
    looked_at: int | None
    of: int | None


class FindingOut(Wire):
    """What was found in a window. `numbers` are exact fractions (durations in microseconds); `sure` null: it
    states what was counted and claims no more. `named` null: no code is in the text. `recommended`: its
    action stands among the recommendations."""

    id: str
    kind: Kind
    agreement: str
    agreement_revision: str
    objective: str
    window: Span
    subject: dict[str, Any]
    numbers: dict[str, str]
    explains: Explained | None
    sure: SureOut | None
    text: BothWords
    named: NamedOut | None = None
    recommended: bool
    action: ActionOut
    evidence: EvidenceOut


class RecommendationOut(Wire):
    """`finding`: as it is now, or as it stood when it was taken up or declined; `reason` null once erased."""

    id: str
    state: Literal["open", "taken_up", "declined"]
    finding: FindingOut
    agency: str | None = None
    decided_at: str | None = None
    reason: str | None = None
    improvement: str | None = None


class DeclinationIn(Wire):
    """Why a recommendation is not followed; `agreement` and `objective` say where to look for it."""

    agreement: CodeText
    objective: CodeText | None = None
    reason: Text
