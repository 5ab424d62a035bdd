"""Why a result was judged again: from what, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.text import numbers
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords
from services.portal.views.words import Agencies


@dataclass(frozen=True, slots=True)
class Changed:
    """A window's newest revision and why it exists. ``href``: what brought it about."""

    result: str
    window: str
    scope: str
    revision: int
    kind: Phrase
    href: str | None
    by: Phrase | None
    before: Phrase
    now: str
    more: Phrase | None


def changed(
    words: ObjectiveWords, result: Mapping[str, Any], agencies: Agencies, window: str, scope: str
) -> Changed | None:
    """None: it is as it was first judged, or nothing is known of why it is not."""
    cause = result.get("cause")
    if cause is None:
        return None
    t = words.reader.t
    others = len(cause.get("others") or ())
    return Changed(
        result=result["id"],
        window=window,
        scope=scope,
        revision=result["revision"],
        kind=getattr(t, f"cause_{cause['kind']}"),
        href=_href(cause),
        by=None if cause["by"] is None else t.by(name=agencies.name(cause["by"]).text),
        before=t.said_before(said=_said(words, cause["from"])),
        now=_said(words, result),
        more=t.n("more_causes", others) if others else None,
    )


def _href(cause: Mapping[str, Any]) -> str | None:
    match cause["kind"]:
        case "exclusion":
            return f"/app/exclusions/{cause['id']}"
        case "correction":
            return f"/app/corrections/{cause['id']}"
        case "calendar":
            return f"/app/calendars/{cause['id'].split('@')[0]}"
    return None


def _said(words: ObjectiveWords, found: Mapping[str, Any]) -> str:
    verdict: str = getattr(words.reader.t, found["verdict"]).plain
    exact = numbers.fraction(found["exact"])
    if exact is None:
        return verdict
    target = Fraction(words.target)
    if words.share:
        return f"{verdict} {words.reader.t.percent(number=numbers.percent(exact, target)).plain}"
    return f"{verdict} {numbers.plain(exact, target)}"
