"""A need's own page: what it weighs, what answers it, which others say the same, what was done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.text import numbers
from services.portal.text.breaking import NBSP
from services.portal.text.phrase import Phrase
from services.portal.views.needs import RATINGS, Need, NeedWords, Promise, short
from services.portal.views.words import Moment, Said


@dataclass(frozen=True, slots=True)
class Link:
    """What somebody said the need leads to. ``id``: to remove it by."""

    id: str
    what: Said
    href: str | None
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Alike:
    need: Need
    said: Phrase


@dataclass(frozen=True, slots=True)
class Happened:
    when: Moment
    what: Phrase


@dataclass(frozen=True)
class NeedPage:
    need: Need
    panel: Phrase
    rank: Phrase | None
    score: str | None
    lacking: Phrase | None
    moscow: str | None
    facts: tuple[tuple[Phrase, str], ...]
    evidence: tuple[str, ...]
    links: tuple[Link, ...]
    through: tuple[Promise, ...]
    """Promises that judge by an indicator that the need leads to."""
    front: Need | None
    behind: tuple[Need, ...]
    alike: tuple[Alike, ...]
    history: tuple[Happened, ...]
    gathered: Phrase
    changed: Moment | None
    mine: bool
    targets: tuple[tuple[Phrase, tuple[tuple[str, str], ...]], ...]
    """What it can be linked to: (group, (value, words))."""


def need_page(
    words: NeedWords,
    document: Mapping[str, Any],
    agency: str,
    *,
    ranked: Mapping[str, Any] | None,
    weights: Mapping[str, Any],
    cover: Mapping[str, Any] | None,
    promises: Sequence[Mapping[str, Any]],
    names: Mapping[tuple[str, str], Said],
    others: Mapping[str, Mapping[str, Any]],
    alike: Mapping[str, int],
    merges: Sequence[Mapping[str, Any]],
) -> NeedPage:
    """``others``: the needs that are named on the page, by id; ``alike``: likeness in percent, by id;
    ``promises``: all of the service."""
    t = words.reader.t
    need = words.need(document)
    into = document["merged_into"]
    front = words.need(others[into]) if into in others else None
    made = words.moment(document["made_at"])
    changed = words.moment(document["changed_at"])
    by = words.agencies.name(document["agency"]).text
    gathered = t.need_gathered(agency=by, when=made.text)
    covered = () if cover is None else cover["objectives"]
    own = {(each["agreement"], each["objective"]) for each in document["links"] if each["objective"]}
    standing = None if cover is None or into is not None else cover["standing"]
    score = None if ranked is None else _score(words, ranked, weights)
    return NeedPage(
        need=need,
        panel=t.need_panel_behind if into is not None else getattr(t, f"need_panel_{standing or 'open'}"),
        rank=None if ranked is None else t.need_rank_is(rank=ranked["rank"]),
        score=score,
        lacking=None if ranked is None else words.lacking(ranked["lacking"]),
        moscow=None if ranked is None else _class(words, ranked),
        facts=tuple(_facts(words, document)),
        evidence=tuple(document["evidence"]),
        links=tuple(_links(words, document, promises, names)),
        through=tuple(
            words.promise(each, names)
            for each in covered
            if (each["agreement"], each["objective"]) not in own
        ),
        front=front,
        behind=tuple(words.need(others[each]) for each in document["merged"] if each in others),
        alike=tuple(
            Alike(words.need(others[each]), t.need_alike(percent=percent))
            for each, percent in sorted(alike.items(), key=lambda one: -one[1])
            if each in others
        ),
        history=tuple(_history(words, document, merges, others, names)),
        gathered=gathered,
        changed=changed if changed.machine != made.machine else None,
        mine=document["agency"] == agency,
        targets=_targets(words, document, promises, names),
    )


def _score(words: NeedWords, ranked: Mapping[str, Any], weights: Mapping[str, Any]) -> str | None:
    """4 × 3 × 2 = 24."""
    if ranked["score"] is None:
        return None
    parts = [str(ranked["ratings"][name]) for name in RATINGS for _ in range(weights[name])]
    score = numbers.count(ranked["score"])
    return score if len(parts) < 2 else f"{f'{NBSP}×{NBSP}'.join(parts)}{NBSP}={NBSP}{score}"


def _class(words: NeedWords, ranked: Mapping[str, Any]) -> str | None:
    if ranked["moscow"] is None:
        return None
    why: Phrase = getattr(words.reader.t, f"need_from_{ranked['moscow_from']}")
    return f"{words.priority(ranked['moscow']).plain} ({why.plain})"


def _facts(words: NeedWords, document: Mapping[str, Any]) -> list[tuple[Phrase, str]]:
    t = words.reader.t
    found: list[tuple[Phrase, str | None]] = [
        (t.need_source, words.source(document["source"]).plain),
        (t.need_group, document["recipient_group"]),
        (t.need_channel, document["channel"]),
        (t.need_wanted, words.amount(document["wanted"])),
        *(
            (words.rating_name(name), words.rating(name, document[name]).plain)
            for name in RATINGS
            if document[name]
        ),
    ]
    return [(name, said) for name, said in found if said]


def _links(
    words: NeedWords,
    document: Mapping[str, Any],
    promises: Sequence[Mapping[str, Any]],
    names: Mapping[tuple[str, str], Said],
) -> list[Link]:
    known = {(each["agreement"], each["objective"]): each for each in promises}
    found = []
    for link in document["links"]:
        if link["indicator"] is not None:
            found.append(Link(link["id"], words.indicator(link["indicator"]), None, None))
            continue
        place = link["agreement"], link["objective"]
        promise = words.promise(known[place], names) if place in known else None
        name = names.get(place, Said(link["objective"]))
        found.append(Link(link["id"], name, promise.href if promise else None, promise))
    return found


def _targets(
    words: NeedWords,
    document: Mapping[str, Any],
    promises: Sequence[Mapping[str, Any]],
    names: Mapping[tuple[str, str], Said],
) -> tuple[tuple[Phrase, tuple[tuple[str, str], ...]], ...]:
    t = words.reader.t
    linked = {each["indicator"] for each in document["links"]}
    named = {(each["agreement"], each["objective"]) for each in document["links"]}
    indicators = tuple(
        (f"i:{code}", words.indicator(code).text) for code in sorted(words.indicators) if code not in linked
    )
    objectives = {
        f"o:{each['agreement']}:{each['objective']}": (
            f"{words.promise(each, names).name.text} ({words.promise(each, names).state.plain})"
        )
        for each in promises
        if (each["agreement"], each["objective"]) not in named
    }
    groups = (
        (t.need_link_indicators, indicators),
        (t.need_link_objectives, tuple(sorted(objectives.items(), key=lambda one: one[1]))),
    )
    return tuple(group for group in groups if group[1])


def _history(
    words: NeedWords,
    document: Mapping[str, Any],
    merges: Sequence[Mapping[str, Any]],
    others: Mapping[str, Mapping[str, Any]],
    names: Mapping[tuple[str, str], Said],
) -> list[Happened]:
    """All that the service keeps of what was done with it, the newest first."""
    t = words.reader.t

    def named(need: str) -> str:
        if need == document["id"]:
            return t.need_this.plain
        return short(words.need(others[need]).words if need in others else None, t.need_erased.plain, 40)

    def agency(code: str) -> str:
        return words.agencies.name(code).text

    found = [
        (
            document["made_at"],
            (t.need_was_gathered if document["import"] is None else t.need_was_imported)(
                agency=agency(document["agency"])
            ),
        )
    ]
    for merge in merges:
        pair = {"need": named(merge["need"]), "into": named(merge["into"])}
        found.append((merge["merged_at"], t.need_was_merged(agency=agency(merge["merged_for"]), **pair)))
        if merge["split_at"] is not None:
            found.append((merge["split_at"], t.need_was_split(agency=agency(merge["split_for"]), **pair)))
    for link in document["links"]:
        what = (
            words.indicator(link["indicator"])
            if link["indicator"] is not None
            else names.get((link["agreement"], link["objective"]), Said(link["objective"]))
        )
        found.append((link["at"], t.need_was_linked(what=what.text, agency=agency(link["agency"]))))
    if document["changed_at"] != document["made_at"]:
        found.append((document["changed_at"], t.need_was_changed(version=document["version"])))
    found.sort(key=lambda each: words.moment(each[0]).machine, reverse=True)
    return [Happened(words.moment(when), what) for when, what in found]
