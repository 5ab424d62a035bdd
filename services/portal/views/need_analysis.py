"""What follows from needs, in words: weights, themes, the matrix, likely duplicates, suggested indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.text import numbers
from services.portal.text.phrase import Phrase
from services.portal.views.needs import PRIORITIES, RATINGS, STANDINGS, Need, NeedWords, Promise
from services.portal.views.words import Moment, Said

LISTED = 10
"""Needs that a theme or a proposal names; the rest is counted."""
WIDEST = 5
"""Columns of indicators that stand side by side; more are listed in the row."""

# --- ranking -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RankRow:
    rank: int
    need: Need
    merged: Phrase | None
    ratings: tuple[str, ...]
    score: str
    moscow: str


@dataclass(frozen=True, slots=True)
class WeightsRow:
    version: int
    formula: Phrase
    by: Said | None
    at: Moment | None


def rank_rows(words: NeedWords, ranking: Sequence[Mapping[str, Any]]) -> list[RankRow]:
    return [
        RankRow(
            each["rank"],
            words.need(each["need"]),
            words.merged(each["members"]),
            tuple(str(each["ratings"][name] or "–") for name in RATINGS),
            "–" if each["score"] is None else numbers.count(each["score"]),
            words.priority(each["moscow"]).plain,
        )
        for each in ranking
    ]


def weight_rows(words: NeedWords, history: Sequence[Mapping[str, Any]]) -> list[WeightsRow]:
    return [
        WeightsRow(
            each["version"],
            words.formula(each),
            None if each["agency"] is None else words.agencies.name(each["agency"]),
            None if each["at"] is None else words.moment(each["at"]),
        )
        for each in history
    ]


# --- themes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Theme:
    """``name`` None: the needs that belong to none."""

    name: str | None
    count: Phrase
    best: Phrase
    classes: tuple[str, ...]
    needs: tuple[Need, ...]
    more: Phrase | None


def themes_of(
    words: NeedWords, themes: Sequence[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]
) -> list[Theme]:
    """``known``: needs by id. Those of no theme come last, and all of them are named."""
    t = words.reader.t
    found = []
    for each in themes:
        listed = [words.need(known[name]) for name in each["group_needs"] if name in known]
        shown = listed if each["theme"] is None else listed[:LISTED]
        rest = each["groups"] - len(shown)
        found.append(
            Theme(
                each["theme"],
                t.n("themes_count", each["needs"]),
                t.themes_best(rank=each["best_rank"]),
                tuple(
                    f"{words.priority(None if name == 'unrated' else name).plain} {each['moscow'][name]}"
                    for name in (*PRIORITIES, "unrated")
                    if each["moscow"][name]
                ),
                tuple(shown),
                t.themes_more(n=numbers.count(rest)) if rest > 0 else None,
            )
        )
    return sorted(found, key=lambda theme: theme.name is None)


# --- the matrix --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """``linked``: the need leads to this indicator; ``promises`` judge by it."""

    indicator: Said
    linked: bool
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    need: Need
    rank: int
    moscow: Phrase
    standing: str
    standing_words: Phrase
    cells: tuple[Cell, ...]
    direct: tuple[Promise, ...]
    """Promises that it leads to itself, by an indicator of no column."""


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: tuple[Said, ...]
    rows: tuple[MatrixRow, ...]
    wide: bool
    """Too many columns to stand side by side."""
    direct: bool
    """Whether some row has promises outside the columns."""
    unpromised: tuple[Said, ...]


def matrix_of(
    words: NeedWords,
    found: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]],
    names: Mapping[tuple[str, str], Said],
) -> Matrix:
    """Gaps first, then by rank. A column for each indicator that somebody needs or promises."""
    codes = [each["code"] for each in found["indicators"] if each["needed"] or each["promised"]]
    rows = []
    for cover in found["items"]:
        if cover["need"] not in known:
            continue
        promises = [words.promise(each, names) for each in cover["objectives"]]
        cells = tuple(
            Cell(
                words.indicator(code),
                code in cover["indicators"],
                tuple(each for each in promises if each.indicator == code),
            )
            for code in codes
        )
        rows.append(
            MatrixRow(
                words.need(known[cover["need"]]),
                cover["rank"],
                words.priority(cover["moscow"]),
                cover["standing"],
                words.standing(cover["standing"]),
                cells,
                tuple(each for each in promises if each.indicator not in codes),
            )
        )
    rows.sort(key=lambda row: (STANDINGS.index(row.standing), row.rank))
    return Matrix(
        tuple(words.indicator(code) for code in codes),
        tuple(rows),
        len(codes) > WIDEST,
        any(row.direct for row in rows),
        tuple(
            words.indicator(each["code"])
            for each in found["indicators"]
            if each["needed"] and not each["promised"]
        ),
    )


# --- likely duplicates -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    need: Need
    alike: tuple[tuple[Need, Phrase], ...]


def groups_of(
    words: NeedWords, suspects: Sequence[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]
) -> list[Group]:
    t = words.reader.t
    found = []
    for suspect in suspects:
        alike = tuple(
            (words.need(known[each["need"]]), t.need_alike(percent=each["percent"]))
            for each in suspect["alike"]
            if each["need"] in known
        )
        if suspect["need"] in known and alike:
            found.append(Group(words.need(known[suspect["need"]]), alike))
    return found


# --- suggested indicators ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposal:
    code: str
    name: Said
    about: Said
    formula: Said
    theme: Said
    needs: tuple[Need, ...]
    more: Phrase | None
    existing: Phrase | None
    targets: tuple[tuple[Phrase, str], ...]


def proposal_of(
    words: NeedWords, found: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> Proposal:
    """An entry of the catalogue; with what asks for it, where it is proposed."""
    t, reader = words.reader.t, words.reader
    asked = [words.need(known[each]) for each in found.get("needs", ()) if each in known]
    rest = len(found.get("needs", ())) - min(len(asked), LISTED)
    targets = found.get("starting_targets") or {}
    labels = (
        ("asked_median", t.proposals_median),
        ("asked_strictest", t.proposals_strictest),
        ("law", t.proposals_law),
    )
    return Proposal(
        found["code"],
        reader.said(found["name"]),
        reader.said(found["about"]),
        reader.said(found["formula"]),
        reader.said(found["theme"]),
        tuple(asked[:LISTED]),
        t.themes_more(n=numbers.count(rest)) if rest > 0 else None,
        t.proposals_existing(codes=", ".join(words.indicator(each).text for each in found["existing"]))
        if found.get("existing")
        else None,
        tuple((label, str(words.amount(targets[name]))) for name, label in labels if targets.get(name)),
    )
