"""What the form of a counter-offer has beside targets and limits: what the law demands, targets of label
groups, measurement plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.portal.text import numbers, units
from services.portal.views.clauses import Wording
from services.portal.views.objective import scope_text
from services.portal.views.typed_limits import NUMBER, limit_parts

if TYPE_CHECKING:
    from services.portal.views.drafting import Slot, Typed

Found = Mapping[str, Any]
TIME, PERCENT = "time", "percent"
NEW_GROUPS = 2
"""Groups that one form can add to a promise."""
EVERY = ("d", "h", "min")
"""Units of how often a source reports."""


@dataclass(frozen=True, slots=True)
class More:
    """Of one promise. ``law``: in what the law's line is measured; None: it says more than a form can."""

    law: str | None
    unit: str
    groups: tuple[tuple[str, str], ...]
    """(beginning of its fields, the group in words)"""
    labels: tuple[tuple[str, tuple[str, ...]], ...]
    """Labels of the scope, each with the values that its indicator declares."""
    fresh: tuple[str, ...]
    """Beginnings of the fields of groups that may be added."""

    def pairs(self, label: str) -> list[tuple[str, str]]:
        """Values of a label, for a choice."""
        return [(each, each) for each in dict(self.labels)[label]]


@dataclass(frozen=True, slots=True)
class PlanSlot:
    key: str
    title: str
    source: str
    new: bool
    typed: bool
    """Its lengths can be typed as a number of one unit."""


def law_kind(slot: Slot, objective: Found | None) -> str | None:
    """In what the law's line of a promise is typed: like the limit of one case, or like the target."""
    if slot.limited:
        kind = TIME if slot.timed else NUMBER
    else:
        kind = PERCENT if slot.share else (TIME if slot.target_timed else NUMBER)
    value = ((objective or {}).get("statutory") or {}).get("value")
    if value is None:
        return kind
    parts = limit_parts(value)
    if parts is None or (parts[1] == NUMBER) == (kind == TIME):
        return None
    return kind


def more_of(wording: Wording, slot: Slot, objective: Found | None) -> More:
    found = objective or {}
    indicator = wording.indicators.get(found.get("indicator") or slot.code) or {}
    declared = indicator.get("labels") or {}
    scope = tuple(found.get("scope") or ())
    return More(
        law_kind(slot, objective),
        "%" if law_kind(slot, objective) == PERCENT else slot.unit,
        tuple(
            (f"{slot.key}-group-{number}", scope_text(each["scope"]))
            for number, each in enumerate(found.get("targets") or ())
        ),
        tuple((label, tuple(declared.get(label) or ())) for label in scope),
        tuple(f"{slot.key}-newgroup-{number}" for number in range(NEW_GROUPS)) if scope else (),
    )


def filled_more(slot: Slot, objective: Found | None) -> dict[str, str]:
    key, found = slot.key, objective or {}
    law = found.get("statutory") or {}
    reason = law.get("reason") or {}
    given = {
        f"{key}-law": "",
        f"{key}-lawunit": "d",
        f"{key}-section": law.get("section") or "",
        f"{key}-lawreason_th": reason.get("th") or "",
        f"{key}-lawreason_en": reason.get("en") or "",
        f"{key}-others": found.get("unknown_group") or "default_target",
    }
    kind = law_kind(slot, objective)
    if law and kind is not None:
        parts = limit_parts(law["value"])
        assert parts is not None
        given[f"{key}-law"] = _percent(parts[0]) if kind == PERCENT else parts[0]
        if kind == TIME:
            given[f"{key}-lawunit"] = parts[1]
    for number, each in enumerate(found.get("targets") or ()):
        target = str(each["target"])
        given[f"{key}-group-{number}-target"] = _percent(target) if slot.share else target
    return given


def _percent(share: str) -> str:
    return numbers.short(units.amount(share) * 100).replace(",", "")


def apply_more(typed: Typed, slot: Slot, objective: dict[str, Any]) -> None:
    _apply_law(typed, slot, objective)
    if not slot.new:
        _apply_groups(typed, slot, objective)


def _apply_law(typed: Typed, slot: Slot, objective: dict[str, Any]) -> None:
    key = slot.key
    names = [f"{key}-{name}" for name in ("law", "section", "lawreason_th", "lawreason_en")]
    if all(typed.same(each) for each in (*names, *([f"{key}-lawunit"] if typed.text(f"{key}-law") else []))):
        return
    kind = law_kind(slot, objective if not slot.new else None)
    if not any(typed.text(each) for each in names):
        if kind is not None:
            objective.pop("statutory", None)
        return
    law = dict(objective.get("statutory") or {})
    if kind is not None:
        value = law_value(typed, slot, kind)
        if value is None:
            return
        law["value"] = value
    law["section"] = typed.text(f"{key}-section")
    if not law["section"]:
        typed.fault(f"{key}-section", typed.t.law_section_empty)
    reason = {lang: typed.text(f"{key}-lawreason_{lang}") for lang in ("th", "en")}
    law["reason"] = {lang: text for lang, text in reason.items() if text} or None
    objective["statutory"] = {name: value for name, value in law.items() if value is not None}


def law_value(typed: Typed, slot: Slot, kind: str) -> Any:
    field = f"{slot.key}-law"
    if kind == TIME:
        return typed.length(field, f"{slot.key}-lawunit")
    given = typed.number(field)
    return given if given is None or kind == NUMBER else typed.share(field, given)


def _apply_groups(typed: Typed, slot: Slot, objective: dict[str, Any]) -> None:
    scope = objective.get("scope") or ()
    if not scope:
        return
    key = slot.key
    old = list(objective.get("targets") or ())
    made: list[dict[str, Any]] = []
    for number, each in enumerate(old):
        field = f"{key}-group-{number}-target"
        if typed.same(field):
            made.append(dict(each))
        elif typed.text(field):
            target = typed.target(slot, field)
            if target is not None:
                made.append({**each, "target": target})
    for number in range(NEW_GROUPS):
        begin = f"{key}-newgroup-{number}"
        labels = {label: typed.text(f"{begin}-{label}") for label in scope}
        if not any(labels.values()) and not typed.text(f"{begin}-target"):
            continue
        for label, value in labels.items():
            if not value:
                typed.fault(f"{begin}-{label}", typed.t.field_empty)
        target = typed.target(slot, f"{begin}-target")
        if target is not None:
            made.append({"scope": labels, "target": target})
    others = typed.text(f"{key}-others")
    if made == old and (not made or typed.same(f"{key}-others")):
        return
    if made:
        objective["targets"] = made
        if others in ("default_target", "listed"):
            objective["unknown_group"] = others
    else:
        objective.pop("targets", None)
        objective.pop("unknown_group", None)


# --- measurement plans -------------------------------------------------------------------------------


def plan_slots(wording: Wording, document: Found | None) -> tuple[PlanSlot, ...]:
    """The plans of a document, then one that may be added."""
    found = document or {}
    slots = []
    for number, each in enumerate(found.get("plans") or ()):
        indicator = wording.indicators.get(each["indicator"]) or {}
        title = wording.reader.said(indicator.get("name"), each["indicator"]).text
        slots.append(PlanSlot(f"plan-{number}", title, each["source"], False, _typable(each)))
    return (*slots, PlanSlot("plan-new", "", "", True, True))


def _typable(plan: Found) -> bool:
    parts = [limit_parts(plan[name]) for name in ("frequency", "silence_after") if plan.get(name)]
    return all(each is not None and each[1] in EVERY for each in parts)


def filled_plans(document: Found | None) -> dict[str, str]:
    given = {"plan-new-everyunit": "d", "plan-new-silenceunit": "d"}
    for number, each in enumerate((document or {}).get("plans") or ()):
        key = f"plan-{number}"
        given[f"{key}-volume"] = (
            str(each["expected_volume"]) if each.get("expected_volume") is not None else ""
        )
        given[f"{key}-post"] = each.get("post") or ""
        given |= {f"{key}-everyunit": "d", f"{key}-silenceunit": "d"}
        for name, field in (("frequency", "every"), ("silence_after", "silence")):
            parts = limit_parts(each.get(name) or each["frequency"])
            if parts is not None and parts[1] in EVERY:
                given[f"{key}-{field}"], given[f"{key}-{field}unit"] = parts
    return given


def apply_plans(typed: Typed, made: dict[str, Any]) -> None:
    """The plans as they were typed; untouched ones stay as they were written."""
    old = list(made.get("plans") or ())
    plans = [
        plan
        for number, each in enumerate(old)
        for plan in [_plan(typed, f"plan-{number}", dict(each))]
        if not typed.text(f"plan-{number}-remove")
    ]
    names = [f"plan-new-{name}" for name in ("indicator", "source", "every")]
    if any(typed.text(each) for each in names):
        for each in names[:2]:
            if not typed.text(each):
                typed.fault(each, typed.t.field_empty)
        plan = {"indicator": typed.text(names[0]), "source": typed.text(names[1]), "frequency": None}
        plans.append(_plan(typed, "plan-new", plan))
    if plans != old:
        made["plans"] = plans


def _plan(typed: Typed, key: str, plan: dict[str, Any]) -> dict[str, Any]:
    for name, field in (("frequency", "every"), ("silence_after", "silence")):
        inputs = (f"{key}-{field}", f"{key}-{field}unit")
        if all(typed.same(each) for each in inputs) and plan.get(name, "") is not None:
            continue
        if name == "silence_after" and not typed.text(inputs[0]):
            # Without it silence is told after what a plan's frequency says.
            plan.pop(name, None)
            continue
        value = typed.length(*inputs, known=EVERY)
        if value is not None:
            plan[name] = value
    if not typed.same(f"{key}-volume"):
        given = typed.number(f"{key}-volume", whole=True) if typed.text(f"{key}-volume") else None
        plan["expected_volume"] = None if given is None else int(Decimal(given))
    if not typed.same(f"{key}-post"):
        plan["post"] = typed.text(f"{key}-post") or None
    return {name: value for name, value in plan.items() if value is not None}


def indicators_of(wording: Wording, document: Found | None) -> list[tuple[str, str]]:
    """On which indicators a plan may be made: those that promises of the document rest on."""
    used = dict.fromkeys(each["indicator"] for each in (document or {}).get("objectives") or ())
    return [
        (code, wording.reader.said((wording.indicators.get(code) or {}).get("name"), code).text)
        for code in used
    ]
