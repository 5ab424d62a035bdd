"""What a version of a working calendar would change."""

from __future__ import annotations

from services.evaluation.schemas.results import Scope, WindowOut
from shared.http import Page, Wire


class Said(Wire):
    verdict: str
    good: int | None
    total: int
    exact: str | None


class ChangedWindow(Wire):
    """A window that a version would judge otherwise. `result`: what stands; `journeys`: how many differ."""

    result: str
    agreement_revision: str
    objective: str
    scope: Scope
    window: WindowOut
    journeys: int
    before: Said
    after: Said


class Impact(Page[ChangedWindow]):
    """What a version would change in an agreement's closed windows; nothing is changed by asking.

    `judges`: it is one of the versions that judge the agreement already, so that there is no difference.
    """

    agreement: str
    calendar: str
    version: int
    effective_from: str | None
    retroactive: bool
    judges: bool
