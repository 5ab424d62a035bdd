"""The rules of mail: what a notice is of, whom it reaches, and when it is tried again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from services.delivery.domain import Audience
from shared.events import delivery, evaluation, metrics, registry, sla

Kind = Literal[
    "breaches",
    "disputes",
    "outlooks",
    "results",
    "negotiation",
    "agreements",
    "exclusions",
    "improvements",
    "reports",
    "announcements",
    "acknowledgements",
    "life-cycle",
    "sources",
    "keys",
    "webhooks",
]
KINDS: tuple[str, ...] = get_args(Kind)
ANNOUNCEMENTS = "announcements"

OF_TYPE: Mapping[str, str] = {
    evaluation.BREACH_OPENED: "breaches",
    evaluation.BREACH_CLOSED: "breaches",
    evaluation.BREACH_WITHDRAWN: "breaches",
    evaluation.BREACH_SUPERSEDED: "breaches",
    **dict.fromkeys(evaluation.DISPUTE_TYPES, "disputes"),
    evaluation.AtRisk.type: "outlooks",
    evaluation.BurnAlert.type: "outlooks",
    evaluation.ResultFinal.type: "results",
    sla.AgreementInForce.type: "agreements",
    sla.AnnouncementPublished.type: ANNOUNCEMENTS,
    sla.AnnouncementAcknowledged.type: "acknowledgements",
    **dict.fromkeys(sla.ACKNOWLEDGEMENT_TYPES, "acknowledgements"),
    **dict.fromkeys(sla.WATCH_TYPES, "life-cycle"),
    sla.ReviewRecorded.type: "life-cycle",
    **dict.fromkeys(sla.EXCLUSION_TYPES, "exclusions"),
    **dict.fromkeys(evaluation.CORRECTION_TYPES, "exclusions"),
    **dict.fromkeys(evaluation.IMPROVEMENT_TYPES, "improvements"),
    evaluation.ReportReady.type: "reports",
    metrics.SourceSilent.type: "sources",
    metrics.SourceRecovered.type: "sources",
    registry.AgencyKeysChanged.type: "keys",
    delivery.WebhookDisabled.type: "webhooks",
}
"""Which kind of notice a type of fact is; one that is not here is for programs alone."""

MOVES = frozenset(
    {
        "offered",
        "accepted",
        "rejected",
        "expired",
        "withdrawn",
        "superseded",
        "commented",
        "delegated",
        "delegation_revoked",
        "termination_proposed",
        "termination_signed",
        "termination_given",
        "termination_withdrawn",
    }
)
"""The moves that others wait for. That a draft was saved, or an offer opened, is in the history."""


def kind_of(event_type: str, data: Mapping[str, Any]) -> str | None:
    """The kind of notice that a fact is; None: none."""
    if event_type == sla.MoveMade.type:
        return "negotiation" if data["move"] in MOVES else None
    return OF_TYPE.get(event_type)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to hear of what. Without agencies, services and agreements: all of the own agency's."""

    agency: str | None
    kinds: tuple[str, ...]
    agencies: tuple[str, ...]
    services: tuple[str, ...]
    agreements: tuple[str, ...]

    @property
    def narrowed(self) -> bool:
        return bool(self.agencies or self.services or self.agreements)


@dataclass(frozen=True, slots=True)
class About:
    """What a fact is about, and who may hear of it."""

    kind: str
    audience: Audience
    service: str | None
    agreement: str | None


def reaches(wish: Wish, about: About) -> bool:
    """Whether a notice goes to a subscriber. The feed's own rule holds first: nobody hears more by mail.

    What is public reaches only who asked for it by name; else the results of every agency would come.
    """
    own = wish.agency is not None and wish.agency in about.audience.agencies
    if about.kind not in wish.kinds or not (own or about.audience.public):
        return False
    if not wish.narrowed:
        return own
    return (
        about.service in wish.services
        or about.agreement in wish.agreements
        or not set(wish.agencies).isdisjoint(about.audience.agencies)
    )


# --- addresses ---------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\]+")
MOST_CHARACTERS = 254
LOCAL_MOST = 64


def address_fault(address: str) -> str | None:
    """What is wrong with a mail address, as far as it can be said without asking its server."""
    local, _, domain = address.rpartition("@")
    if not address.isascii() or not address.isprintable():
        return "must be ASCII (a domain in other letters in its `xn--` form)"
    if len(address) > MOST_CHARACTERS or len(local) > LOCAL_MOST:
        return f"is too long: at most {MOST_CHARACTERS} characters, {LOCAL_MOST} before the @"
    if not _ADDRESS.fullmatch(address) or ".." in address or domain.endswith("."):
        return "is no mail address such as `name@agency.go.th`"
    if local.startswith(".") or local.endswith(".") or domain.startswith((".", "-")):
        return "is no mail address such as `name@agency.go.th`"
    return None


def folded(address: str) -> str:
    """How addresses are compared. Case matters to no server that is known."""
    return address.casefold()


# --- attempts ----------------------------------------------------------------------------------------

DELAYS = tuple(timedelta(seconds=each) for each in (60, 300, 900, 1800, 3600, 7200, 14400))
"""Between the attempts for one mail; the last one holds from then on. Greylisting takes the first."""

CONFIRM_WITHIN = timedelta(days=2)
ASKED_KEPT = timedelta(days=2)


def ask_again_after(times: int) -> timedelta:
    """How long an address is left alone after it was asked to confirm so many times: 10 minutes, 1 hour,
    6 hours, 36 hours. Nobody's mailbox is filled by who types it again and again."""
    minutes: int = 10 * 6 ** (min(times, 4) - 1)
    return timedelta(minutes=minutes)


def next_attempt(made_at: datetime, attempts: int, now: datetime, give_up: timedelta) -> datetime | None:
    """When to try again after ``attempts`` failed ones; None: the time is over."""
    last = made_at + give_up
    if now >= last:
        return None
    return min(now + DELAYS[min(attempts, len(DELAYS)) - 1], last)
