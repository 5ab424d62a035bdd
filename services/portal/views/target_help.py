"""Beside a proposed target: what was asked, what was kept, what the law says, whether the steps fit in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.text import numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.clauses import Wording
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.what_if import Picture, answer_of

Found = Mapping[str, Any]
MOST_GROUPS = 8
"""Label groups that have a line beside a target."""


@dataclass(frozen=True, slots=True)
class Help:
    """Sentences; ``warning``: those that speak against the target as it is proposed."""

    facts: tuple[Phrase, ...]
    warnings: tuple[Phrase, ...]
    steps: tuple[tuple[str, str], ...]
    kept: tuple[Phrase, ...]
    """What would have come of it in the last year, and what came of what was agreed."""
    picture: Picture | None
    try_it: str | None
    needs: str | None


def help_of(
    wording: Wording,
    words: ObjectiveWords,
    found: Found,
    agreement: str,
    service: str,
    tried: Found | None,
    *,
    in_force: ObjectiveWords | None,
    achieved: Found | None = None,
) -> Help:
    """``found``: what stands beside the target; ``tried``: a what-if of the last year, where it is known;
    ``in_force``: the promise as it is now; ``achieved``: the last year of a promise that is not agreed."""
    t, lang = words.reader.t, words.reader.lang
    facts: list[Phrase] = []
    warnings: list[Phrase] = []

    def add(kept: bool | None, said: Phrase) -> None:
        (warnings if kept is False else facts).append(said)

    for each in found["asked"]:
        value = units.limit(each["value"], lang) or _value(words, each["value"])
        name = {True: "asked_kept", False: "asked_missed", None: "asked_unlike"}[each["kept"]]
        add(each["kept"], t.n(name, each["needs"], value=value))
    for each in found["law"]:
        value = units.limit(each["value"], lang) or _value(words, each["value"])
        name = {True: "law_kept", False: "law_missed", None: "law_unlike"}[each["kept"]]
        add(each["kept"], getattr(t, name)(value=value, section=each["section"] or "–"))
    steps = found["steps"]
    allotted: list[tuple[str, str]] = []
    if steps is not None:
        given = words.document.get("allotments") or {}
        allotted = [(wording.step(code), wording.allotment(value)) for code, value in given.items()]
        sum_ = units.duration(steps["allotted"], lang)
        if steps["fits"] is None:
            facts.append(t.steps_unlike(sum=sum_))
        elif steps["fits"]:
            left, limit = units.amount(steps["left"] or "P0D"), units.duration(steps["limit"], lang)
            facts.append(
                t.steps_fit(sum=sum_, limit=limit, left=units.length(left, lang))
                if left
                else t.steps_fit_exactly(sum=sum_, limit=limit)
            )
        else:
            over = units.amount(steps["allotted"]) - units.amount(steps["limit"])
            warnings.append(
                t.steps_too_long(
                    sum=sum_,
                    limit=units.duration(steps["limit"], lang),
                    over=units.length(over, lang),
                    who=", ".join(name for name, _ in allotted),
                )
            )
        if steps["without"]:
            facts.append(t.steps_without(steps=", ".join(wording.step(each) for each in steps["without"])))
    code = words.document["code"]
    return Help(
        tuple(facts),
        tuple(warnings),
        tuple(allotted),
        _kept(words, tried) or _achieved(words, achieved),
        answer_of(in_force, tried, changed=True).picture if in_force and tried else None,
        f"/app/agreements/{agreement}/objectives/{code}/what-if{_asked(words)}" if in_force else None,
        f"/app/services/{service}/needs" if found["needs"] else None,
    )


def _kept(words: ObjectiveWords, tried: Found | None) -> tuple[Phrase, ...]:
    """Both in windows that could be determined."""
    if tried is None or not tried["windows"]:
        return ()
    t, then, now = words.reader.t, tried["supposed"], tried["as_agreed"]
    said = [t.tried_kept(met=then["met"], all=sum(then.values()))]
    if now is not None:
        said.append(t.tried_agreed(met=now["met"], all=sum(now.values())))
    return tuple(said)


def _achieved(words: ObjectiveWords, found: Found | None) -> tuple[Phrase, ...]:
    """Of a promise for all together; of groups a line each, by the target that is theirs."""
    if found is None or not found["groups"]:
        return ()
    if [each["scope"] for each in found["groups"]] != [{}]:
        return _groups(words, found["groups"])
    t, (group,) = words.reader.t, found["groups"]
    spread, starts = group["distribution"], group["proposals"]
    if spread is None:
        return ()
    names = ("least", "median", "greatest")
    said = [
        t.tried_kept(met=group["met"], all=group["of"]),
        t.achieved(**{name: _was(words, spread[name]) for name in names}),
    ]
    if starts:
        each = [
            t.start(value=_value(words, one["target"]), met=one["met"], all=one["of"]).plain for one in starts
        ]
        said.append(t.start_from(targets="; ".join(each)))
    return tuple(said)


def _groups(words: ObjectiveWords, found: Sequence[Found]) -> tuple[Phrase, ...]:
    """Those that kept least first: they are what a target would be about."""
    t = words.reader.t
    measured = [each for each in found if each["distribution"] is not None and each["scope"]]
    measured.sort(key=lambda each: (Fraction(each["met"], each["of"] or 1), scope_text(each["scope"])))
    said = [
        t.group_kept(
            group=scope_text(each["scope"]),
            target=_value(words, each["target"]),
            met=each["met"],
            all=each["of"],
            median=_was(words, each["distribution"]["median"]),
        )
        for each in measured[:MOST_GROUPS]
    ]
    if len(measured) > MOST_GROUPS:
        said.append(t.groups_more(n=numbers.count(len(measured) - MOST_GROUPS)))
    return tuple(said)


def _asked(words: ObjectiveWords) -> str:
    """The query by which a what-if begins with what is proposed."""
    target = str(words.document["target"])
    if target.startswith("P"):
        return ""
    given = units.amount(target) * (100 if words.share else 1)
    return f"?target={numbers.short(given).replace(',', '')}"


def _was(words: ObjectiveWords, value: str) -> str:
    """A number that came of counting: as many decimals as say how it stands to the target."""
    amount = units.amount(value)
    if words.share and 0 <= amount <= 1:
        whole = numbers.short(amount * 100)
        if len(whole.partition(".")[2]) > 2:
            whole = numbers.percent(amount, units.amount(str(words.document["target"])))
        return f"{whole}%"
    return _value(words, value)


def _value(words: ObjectiveWords, value: str) -> str:
    """A number that was asked: a share where the promise is one and it lies between 0 and 1."""
    amount = units.amount(value)
    if words.share and 0 <= amount <= 1:
        return words.short(value).lstrip("≥≤<> \u00a0")
    return words.amount(value)
