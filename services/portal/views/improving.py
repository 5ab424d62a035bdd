"""Improvements: how far each is, and whether it helped, with the numbers of both periods."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from fractions import Fraction
from typing import Any

from services.portal.charts.dots import before_after
from services.portal.charts.shapes import Drawing
from services.portal.text import dates, numbers
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.words import Agencies, Moment, Reader, Said, moment

Found = Mapping[str, Any]
STATES = ("planned", "in_progress", "overdue", "done", "dropped")
OUTCOMES = ("helped", "no_effect", "worsened", "too_early")


@dataclass(frozen=True, slots=True)
class PeriodShown:
    """A side of the comparison; `figure` None: no window of it has a result."""

    figure: Phrase | str | None
    counts: Phrase | str | None
    windows: tuple[tuple[str, str, str, str | None], ...]
    """(its name, its value, its counts, the address of its result)."""


@dataclass(frozen=True, slots=True)
class EffectShown:
    outcome: str | None
    words: Phrase
    before: PeriodShown
    after: PeriodShown
    test: Phrase | None
    least: Phrase | None
    why: Phrase | None
    expected: Phrase | None
    final: bool
    chart: Drawing | None
    """Both values and the target; None: one of them is not known, or below zero."""
    target: str | None


@dataclass(frozen=True, slots=True)
class ImprovementShown:
    id: str
    version: int
    action: str
    erased: bool
    objective: Said
    scope: str
    agreement: str
    agreement_title: Said
    objective_code: str
    owner: str | None
    agency: Said
    mine: bool
    code: str
    """Its state: one of STATES but overdue."""
    state: Phrase
    late: Phrase | None
    left: Phrase | None
    due: str
    started: str | None
    done: str | None
    source: tuple[str | None, Phrase]
    """Where it comes from: an address (None: nowhere) and words."""
    lesson: str | None
    reason: str | None
    windows: int
    opened: Moment | None
    effect: EffectShown | None
    found: Said | None
    """The sentence of the finding it comes from, as it stood then."""


class Promises:
    """What objectives are called and counted in, by agreement; those of agreements that are over by code."""

    def __init__(
        self, reader: Reader, states: Sequence[Found] | None, indicators: Mapping[str, Found] | None
    ) -> None:
        self.reader = reader
        self._titles: dict[str, Said] = {}
        self._zones: dict[str, tzinfo] = {}
        self._words: dict[tuple[str, str], ObjectiveWords] = {}
        self.services: dict[str, str] = {}
        for state in states or ():
            code, document = state["code"], state["document"]
            self._titles[code] = reader.said(document.get("title"), code)
            self._zones[code] = dates.zone_of(document.get("time_zone"))
            self.services[code] = document["service"]
            for each in (*document["objectives"], *document.get("composites", ())):
                indicator = (indicators or {}).get(each.get("indicator", ""))
                self._words[code, each["code"]] = ObjectiveWords(reader, each, indicator, self._zones[code])

    def title(self, agreement: str) -> Said:
        return self._titles.get(agreement, Said(agreement))

    def zone(self, agreement: str) -> tzinfo:
        return self._zones.get(agreement) or dates.zone_of(None)

    def words(self, agreement: str, objective: str) -> ObjectiveWords | None:
        return self._words.get((agreement, objective))

    def name(self, agreement: str, objective: str) -> Said:
        words = self.words(agreement, objective)
        return Said(objective) if words is None else words.name()


def written(reader: Reader, day: str | None) -> str | None:
    return None if day is None else dates.day(date.fromisoformat(day), reader.lang)


def improvement_shown(
    reader: Reader, each: Found, promises: Promises, agencies: Agencies, agency: str | None
) -> ImprovementShown:
    t = reader.t
    agreement, objective = each["agreement"], each["objective"]
    days = each["days_left"]
    finding = each.get("finding")
    return ImprovementShown(
        id=each["id"],
        version=each["version"],
        action=each["action"] or t.words_erased.plain,
        erased=each["action"] is None,
        objective=promises.name(agreement, objective),
        scope=scope_text(each["scope"]),
        agreement=agreement,
        agreement_title=promises.title(agreement),
        objective_code=objective,
        owner=each["owner"],
        agency=agencies.name(each["agency"]),
        mine=each["agency"] == agency,
        code=each["state"],
        state=getattr(t, f"improvement_{each['state']}"),
        late=t.n("improvement_late", -days) if each["overdue"] else None,
        left=t.n("improvement_left", days) if days is not None and not each["overdue"] else None,
        due=written(reader, each["due_on"]) or "",
        started=written(reader, each["started_on"]),
        done=written(reader, each["done_on"]),
        source=_source(reader, each["from"]),
        lesson=each["lesson"],
        reason=each["reason"],
        windows=each["windows"],
        opened=moment(reader, each["opened_at"], promises.zone(agreement)),
        effect=None
        if each["effect"] is None
        else effect_shown(
            reader, each["effect"], promises.words(agreement, objective), promises.zone(agreement)
        ),
        found=None if finding is None else reader.said(finding["text"]),
    )


def _source(reader: Reader, source: Found | None) -> tuple[str | None, Phrase]:
    t = reader.t
    if source is None:
        return None, t.improvement_from_nothing
    if source["kind"] == "breach":
        return f"/app/breaches/{source['id']}", t.improvement_from_breach
    return f"/app/recommendations/{source['id']}", t.improvement_from_recommendation


def effect_shown(reader: Reader, effect: Found, words: ObjectiveWords | None, zone: tzinfo) -> EffectShown:
    t, outcome, test = reader.t, effect["outcome"], effect["test"]
    expected = moment(reader, effect["expected_at"], zone)
    why = {"too_few_before": t.improvement_too_few, "redefined": t.improvement_redefined}
    least = None
    if test is not None and Fraction(test["least_p"]) >= Fraction(test["alpha"]):
        least = t.improvement_least_p(p=test["least_p"])
    said = (
        t.improvement_test_fisher if test and test["method"] == "fisher" else t.improvement_test_permutation
    )
    return EffectShown(
        outcome=outcome,
        words=t.improvement_unsaid if outcome is None else getattr(t, f"improvement_{outcome}"),
        before=_period(reader, effect["before"], words, zone),
        after=_period(reader, effect["after"], words, zone),
        test=None if test is None else said(p=test["p"], alpha=test["alpha"]),
        least=least,
        why=why.get(effect["why"] or ""),
        expected=t.improvement_expected(when=expected.text) if expected else None,
        final=effect["final"],
        chart=_chart(effect, words),
        target=None if words is None else words.target_short(),
    )


def _chart(effect: Found, words: ObjectiveWords | None) -> Drawing | None:
    before, after = (numbers.fraction(effect[side]["exact"]) for side in ("before", "after"))
    if before is None or after is None or min(before, after) < 0:
        return None
    target = None if words is None else words.target
    scale = 1 if words is not None and words.share else max(before, after, target or Fraction(0))
    return before_after(float(before), float(after), None if target is None else float(target), float(scale))


def _period(reader: Reader, period: Found, words: ObjectiveWords | None, zone: tzinfo) -> PeriodShown:
    windows = []
    for each in period["windows"]:
        span = dates.Span.of(each["start"], each["end"], zone)
        name = span.name(reader.lang) if words is None else words.window_name(span)
        figure, counts = _figures(each, words)
        href = f"/app/results/{each['results'][0]}" if each["results"] else None
        windows.append((name, str(figure), str(counts), href))
    if period["exact"] is None:
        return PeriodShown(None, None, tuple(windows))
    return PeriodShown(*_figures(period, words), tuple(windows))


def _figures(each: Found, words: ObjectiveWords | None) -> tuple[Phrase | str, Phrase | str]:
    """The value, and what it was counted from."""
    if words is not None:
        found = words.numbers(each)
        return found.number or "–", found.fraction or "–"
    exact = numbers.fraction(each["exact"])
    if exact is None:
        return "–", "–"
    if each["good"] is None:
        return numbers.plain(exact, None), numbers.count(each["total"])
    return (
        f"{numbers.percent(exact, None)}%",
        f"{numbers.count(each['good'])}/{numbers.count(each['total'])}",
    )


def tally(reader: Reader, found: Sequence[Found]) -> tuple[Phrase, Phrase]:
    """How many are done and what came of them; how many are not done yet."""
    t = reader.t
    done = [each for each in found if each["state"] == "done"]
    of = Counter((each["effect"] or {}).get("outcome") for each in done)
    unfinished = [each for each in found if each["state"] in ("planned", "in_progress")]
    late = sum(each["overdue"] for each in unfinished)
    return (
        t.n("improvements_tally", len(done), **{name: of[name] for name in OUTCOMES}, unsaid=of[None]),
        t.n("improvements_under_way", len(unfinished), late=late),
    )


def in_order(found: Sequence[Found]) -> list[Found]:
    """What has to be done first, then what was done last, then what was given up."""

    def place(each: Found) -> tuple[int, int]:
        if each["state"] == "done":
            return 1, -date.fromisoformat(each["done_on"]).toordinal()
        return (2, 0) if each["state"] == "dropped" else (0, date.fromisoformat(each["due_on"]).toordinal())

    return sorted(found, key=place)


def matching(found: Sequence[Found], names: Mapping[str, str], query: str, state: str) -> list[Found]:
    """Those that have all words of a query, in a state or with an outcome. ``names``: other words, by id."""
    wanted = query.casefold().split()

    def kept(each: Found) -> bool:
        outcome = (each["effect"] or {}).get("outcome")
        if state == "overdue":
            return bool(each["overdue"])
        return state in ("", each["state"], outcome)

    def text(each: Found) -> str:
        own = (each[name] or "" for name in ("action", "owner", "lesson"))
        return " ".join([*own, names.get(each["id"], "")]).casefold()

    return [each for each in found if kept(each) and all(word in text(each) for word in wanted)]


def promise_value(agreement: str, objective: str, scope: Mapping[str, str | None]) -> str:
    """An objective or one of its groups, as a choice of a form."""
    return json.dumps([agreement, objective, dict(scope)], ensure_ascii=False, separators=(",", ":"))


def read_promise(text: str) -> tuple[str, str, dict[str, str | None]] | None:
    try:
        agreement, objective, scope = json.loads(text)
    except (ValueError, TypeError):
        return None
    if isinstance(agreement, str) and isinstance(objective, str) and isinstance(scope, dict):
        return agreement, objective, scope
    return None
