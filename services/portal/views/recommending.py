"""Findings and recommendations: the sentence with names in it, its numbers, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.text.words import ALL
from services.portal.views.improving import Promises
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.words import Agencies, Moment, Reader, Said, moment

Found = Mapping[str, Any]
LENGTHS = ("over", "all_over", "measure", "waited", "time")
"""Numbers that are microseconds."""
VALUES = ("best", "worst", "suggested")
"""Numbers that are compared with the target."""
SILENT = ("allotted",)
"""Which kind of measure a step had; the sentence says it."""


@dataclass(frozen=True, slots=True)
class FindingShown:
    id: str
    text: str
    action: str
    objective: Said
    objective_href: str
    agreement: str
    agreement_title: Said
    window: str
    agency: Said
    recommended: bool
    href: str | None
    """Where it stands among the recommendations; None: it is of a window that is not the last."""
    explains: Phrase | None
    sure: tuple[Phrase, Phrase] | None
    """The test, and its p."""
    what_if: tuple[Phrase, Phrase | None] | None
    """The share, and the verdict it would have been."""
    numbers: tuple[tuple[Phrase | str, str], ...]
    results: tuple[tuple[str, str], ...]
    journeys: tuple[str, ...]
    looked_at: Phrase | None
    raw: str
    """Where it stands as JSON."""


@dataclass(frozen=True, slots=True)
class RecommendationShown:
    id: str
    state: Phrase
    open: bool
    finding: FindingShown
    decided: Phrase | None
    reason: str | None
    declined: bool
    mine: bool
    improvement: str | None
    at: Moment | None


@dataclass(frozen=True, slots=True)
class Names:
    """What stands for codes in the sentences."""

    reader: Reader
    agencies: Agencies
    steps: Mapping[str, Mapping[str, Said]]
    """By agreement, by code."""

    def put(self, finding: Found, which: str) -> str:
        """``which``: text or action."""
        named = finding.get("named")
        said = finding["text"] if which == "text" else finding["action"]["text"]
        if named is None:
            return self.reader.said(said).text
        text = self.reader.said(named[which]).text
        for slot, code in named["codes"].items():
            known = self.steps.get(finding["agreement"], {}).get(code) if slot == "step" else None
            name = known or (self.agencies.name(code) if slot != "step" else Said(code))
            text = text.replace(f"{{{slot}}}", name.text)
        return text


def step_names(reader: Reader, service: Found) -> dict[str, Said]:
    return {step["code"]: reader.said(step.get("name"), step["code"]) for step in service.get("steps", ())}


def names_of(
    reader: Reader, agencies: Agencies, promises: Promises, services: Sequence[Found] | None
) -> Names:
    """``services``: with their steps."""
    by_service = {each["code"]: step_names(reader, each) for each in services or ()}
    steps = {agreement: by_service.get(service, {}) for agreement, service in promises.services.items()}
    return Names(reader, agencies, steps)


def finding_shown(reader: Reader, found: Found, promises: Promises, names: Names) -> FindingShown:
    t = reader.t
    agreement, objective = found["agreement"], found["objective"]
    words = promises.words(agreement, objective)
    zone = promises.zone(agreement)
    span = dates.Span.of(found["window"]["start"], found["window"]["end"], zone)
    sure, explains, what_if = found["sure"], found["explains"], found["action"]["what_if"]
    evidence = found["evidence"]
    return FindingShown(
        id=found["id"],
        text=names.put(found, "text"),
        action=names.put(found, "action"),
        objective=promises.name(agreement, objective),
        objective_href=f"/app/agreements/{agreement}/objectives/{objective}",
        agreement=agreement,
        agreement_title=promises.title(agreement),
        window=span.name(reader.lang) if words is None else words.window_name(span),
        agency=names.agencies.name(found["action"]["agency"]),
        recommended=found["recommended"],
        href=f"/app/recommendations/{found['id']}",
        explains=None if explains is None else _exact(reader, explains["exact"]),
        sure=None
        if sure is None
        else (
            t.sure_binomial if sure["method"] == "binomial" else t.sure_fisher,
            t.recommendation_p(
                p=sure["p"], adjusted=sure["adjusted_p"], looks=sure["looks"], alpha=sure["alpha"]
            ),
        ),
        what_if=None if what_if is None else _what_if(reader, what_if, words),
        numbers=tuple(
            (_label(reader, name), _number(reader, name, value, words))
            for name, value in found["numbers"].items()
            if name not in SILENT
        ),
        results=tuple(
            (each["id"], f"{getattr(t, each['verdict']).plain} {scope_text(each['scope'])}".strip())
            for each in evidence["results"]
        ),
        journeys=tuple(evidence["journeys"]),
        looked_at=None
        if evidence["of"] is None
        else t.recommendation_looked_at(
            n=numbers.count(evidence["looked_at"] or 0), of=numbers.count(evidence["of"])
        ),
        raw=f"/app/api/evaluation/v1/findings?agreement={agreement}&objective={objective}"
        f"&window={found['window']['start'].replace('+', '%2B')}",
    )


def _exact(reader: Reader, exact: str) -> Phrase:
    percent = numbers.percent(Fraction(exact), None)
    return reader.t.recommendation_exact(percent=percent, exact=exact)


def _what_if(reader: Reader, found: Found, words: ObjectiveWords | None) -> tuple[Phrase, Phrase | None]:
    t = reader.t
    share = Fraction(found["exact"])
    percent = numbers.percent(share, None if words is None else words.target)
    good, total = numbers.count(found["good"]), numbers.count(found["total"])
    said = t.recommendation_exact(percent=percent, exact=f"{good}/{total}")
    if found["verdict"] is None:
        return said, None
    return said, t.recommendation_verdict(verdict=getattr(t, found["verdict"]).plain)


def _label(reader: Reader, name: str) -> Phrase | str:
    return getattr(reader.t, f"number_{name}") if f"number_{name}" in ALL else name


def _number(reader: Reader, name: str, text: str, words: ObjectiveWords | None) -> str:
    value = Fraction(text)
    if name in LENGTHS:
        return units.length(value / 1_000_000, reader.lang)
    if name == "chance":
        return reader.t.percent(number=numbers.percent(value, None)).plain
    if name in VALUES and words is not None and words.share:
        return reader.t.percent(number=numbers.percent(value, words.target)).plain
    return numbers.plain(value, None)


def recommendation_shown(
    reader: Reader, found: Found, promises: Promises, names: Names, agency: str | None
) -> RecommendationShown:
    t = reader.t
    finding = finding_shown(reader, found["finding"], promises, names)
    at = moment(reader, found.get("decided_at"), promises.zone(finding.agreement))
    by = found.get("agency")
    return RecommendationShown(
        id=found["id"],
        state=getattr(t, f"recommendation_{found['state']}"),
        open=found["state"] == "open",
        finding=finding,
        decided=t.recommendation_decided_by(agency=names.agencies.name(by).text, when=at.text)
        if by and at
        else None,
        reason=found.get("reason"),
        declined=found["state"] == "declined",
        mine=by == agency,
        improvement=found.get("improvement"),
        at=at,
    )
