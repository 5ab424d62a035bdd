"""Composites, consequences and measurement plans in words: a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from services.portal.text import numbers, units
from services.portal.views.objective import COMPARED
from services.portal.views.words import Reader

if TYPE_CHECKING:
    from services.portal.views.clauses import Wording

Found = Mapping[str, Any]
KEYED = ("plans", "composites", "consequences")


def key_of(each: Found) -> str:
    """How a composite, a consequence or a plan is named in a clause."""
    return str(each.get("code") or f"{each['indicator']} {each['source']}")


def lines_of(wording: Wording, document: Found) -> Iterator[tuple[str, str, str, str]]:
    """(kind, name in a clause, what it is called, what it says) of all that a document has."""
    t = wording.reader.t
    for kind in KEYED:
        for each in document.get(kind) or ():
            words = str(getattr(t, f"further_{kind}").plain)
            yield (
                kind,
                key_of(each),
                f"{words}: {title_of(wording, document, kind, each)}",
                said(wording, document, kind, each),
            )


def title_of(wording: Wording, document: Found, kind: str, each: Found) -> str:
    if kind == "plans":
        found = wording.indicators.get(each["indicator"]) or {}
        return wording.reader.said(found.get("name"), each["indicator"]).text
    if kind == "composites":
        return wording.reader.said(each.get("title") or each.get("public_wording"), each["code"]).text
    return promise_name(wording, document, each["objective"])


def said(wording: Wording, document: Found, kind: str, each: Found) -> str:
    if kind == "plans":
        return plan_words(wording.reader, each)
    if kind == "composites":
        return composite_words(wording, document, each)
    return consequence_words(wording.reader, each)


def promise_name(wording: Wording, document: Found, code: str) -> str:
    for each in document["objectives"]:
        if each["code"] == code:
            return wording.words(each, document).name().text
    for each in document.get("composites") or ():
        if each["code"] == code:
            return title_of(wording, document, "composites", each)
    return code


def plan_words(reader: Reader, plan: Found) -> str:
    t, lang = reader.t, reader.lang
    parts = [t.further_plan(source=plan["source"], every=units.duration(plan["frequency"], lang)).plain]
    silence = plan.get("silence_after")
    if silence and silence != plan["frequency"]:
        parts.append(t.further_plan_silence(length=units.duration(silence, lang)).plain)
    if plan.get("expected_volume") is not None:
        parts.append(t.further_plan_volume(n=numbers.count(plan["expected_volume"])).plain)
    method = reader.said(plan.get("method")).text
    return "; ".join([*parts, *([method] if method else []), *([plan["post"]] if plan.get("post") else [])])


def composite_words(wording: Wording, document: Found, each: Found) -> str:
    t = wording.reader.t
    members = ", ".join(
        promise_name(wording, document, member["objective"])
        + (f" ({member['weight']})" if member.get("weight") is not None else "")
        for member in each["members"]
    )
    found = getattr(t, f"further_{each['kind']}")(members=members).plain
    if each.get("target") is None:
        return str(found)
    return f"{found}; {_compared(wording.reader, each.get('comparator') or '>=', each['target'])}"


def consequence_words(reader: Reader, each: Found) -> str:
    t = reader.t
    unit = getattr(t, f"further_unit_{each['unit'].lower()}").plain
    brackets = "; ".join(
        t.further_bracket(
            bound=_compared(reader, bracket["comparator"], bracket["value"]), cost=f"{bracket['cost']} {unit}"
        ).plain
        for bracket in each["brackets"]
    )
    cap = each.get("cap")
    parts = [brackets]
    if cap:
        parts.append(t.further_cap(cost=f"{cap['cost']} {unit}").plain)
    if each.get("recurrence"):
        parts.append(t.further_recurrence(n=each["recurrence"]["windows"]).plain)
    if each.get("clause"):
        parts.append(t.further_clause(clause=each["clause"]).plain)
    return "; ".join(parts)


def _compared(reader: Reader, comparator: str, value: str) -> str:
    # Thai writes a space before a number.
    space = " " if reader.lang == "th" else ""
    return str(getattr(reader.t, COMPARED[comparator])(value=space + value).plain)
