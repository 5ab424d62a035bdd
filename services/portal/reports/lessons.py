"""Lessons learnt of a fiscal year: what held, what failed and why, what helped, what others can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.reports.figures import Promise, Report
from services.portal.reports.typesetting import said, set_pdf
from services.portal.text.phrase import Phrase
from services.portal.views.breach_story import Action
from services.portal.views.lessons import (
    Finding,
    Found,
    Learnt,
    actions_of,
    counted,
    finding_of,
    in_period,
    learnt_of,
)
from services.portal.views.recommending import Names
from services.portal.views.words import Agencies, Said


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise and in how many windows it held, or did not."""

    code: str
    promise: Said
    counted: Phrase
    why: Finding | None = None


@dataclass(frozen=True, slots=True)
class Lessons:
    report: Report
    party: bool
    """The reader's agency is one: why and proposals are for the parties."""
    held: tuple[Kept, ...]
    failed: tuple[Kept, ...]
    actions: tuple[Action, ...] | None
    """None: the register is away."""
    learnt: tuple[Learnt, ...]
    proposals: tuple[Finding, ...] | None

    @property
    def name(self) -> str:
        """For a file."""
        return f"lessons_{self.report.name}"


def breached_windows(report: Report, most: int) -> dict[str, str]:
    """By promise the start of the last window in which it was breached; worst promises first."""
    missed = {each.code: _count(each, "breached") for each in report.promises}
    found = {}
    for promise in sorted(report.promises, key=lambda each: -missed[each.code])[:most]:
        if missed[promise.code]:
            last = [row for row in promise.rows if row.shown.verdict == "breached"][-1]
            found[promise.code] = str(last.raw["window"]["start"])
    return found


def lessons_of(
    report: Report,
    agencies: Agencies,
    *,
    party: bool,
    findings: Mapping[str, Sequence[Found] | None],
    improvements: Sequence[Found] | None,
    recommendations: Sequence[Found] | None,
) -> Lessons:
    """``findings``: by promise, of `breached_windows`; ``improvements``: of the agreement; None: away."""
    reader = report.reader
    names = Names(reader, agencies, {report.agreement.code: report.steps})
    judged = [each for each in report.promises if _count(each, "met") + _count(each, "breached")]
    inside = in_period(improvements or (), report.period.start, report.period.end)
    return Lessons(
        report=report,
        party=party,
        held=tuple(
            Kept(each.code, each.name, counted(reader, "lessons_met", _count(each, "met"), len(each.rows)))
            for each in judged
            if not _count(each, "breached")
        ),
        failed=tuple(
            Kept(
                each.code,
                each.name,
                counted(reader, "lessons_missed", _count(each, "breached"), len(each.rows)),
                next((finding_of(one, names) for one in findings.get(each.code) or ()), None),
            )
            for each in judged
            if _count(each, "breached")
        ),
        actions=None if improvements is None else actions_of(reader, inside, agencies),
        learnt=learnt_of(reader, inside, agencies),
        proposals=None
        if recommendations is None
        else tuple(finding_of(each["finding"], names) for each in recommendations),
    )


def _count(promise: Promise, verdict: str) -> int:
    return sum(row.shown.verdict == verdict for row in promise.rows)


def lessons_pdf(lessons: Lessons) -> bytes:
    report, t = lessons.report, lessons.report.reader.t
    part_away = t.part_away(what=t.part_register)
    return set_pdf(
        "lessons.typ",
        {
            "lang": report.reader.lang,
            "title": f"{t.lessons_report.plain}: {report.service}, {report.period_name.plain}",
            "kind": said(t.lessons_report),
            "service": said(report.service),
            "period": said(report.period_name),
            "heading": said(report.heading),
            "state": said(report.state),
            "held_title": said(t.lessons_held),
            "held": [_kept(each) for each in lessons.held],
            "held_none": said(t.lessons_held_none),
            "failed_title": said(t.lessons_failed),
            "failed": [_kept(each) for each in lessons.failed],
            "failed_none": said(t.lessons_failed_none),
            "actions_title": said(t.lessons_actions),
            "action_columns": [
                said(each)
                for each in (
                    *(t.breach_action, t.breach_action_owner),
                    *(t.breach_action_due, t.breach_action_state),
                )
            ],
            "actions": [
                [said(each.what), said(each.owner), said(each.due), said(each.state)]
                for each in lessons.actions or ()
            ],
            "actions_none": said(part_away if lessons.actions is None else t.lessons_actions_none),
            "learnt_title": said(t.lessons_use),
            "learnt": [
                [said(f"{each.action} ({each.agency})"), said(each.lesson)] for each in lessons.learnt
            ],
            "learnt_none": said(t.lessons_use_none),
            "party": lessons.party,
            "proposals_title": said(t.lessons_proposals),
            "proposals": [
                [said(each.text), said(f"{each.action} ({each.agency})")] for each in lessons.proposals or ()
            ],
            "proposals_none": said(t.lessons_proposals_none),
            "basis": report.basis,
            "page_words": t.report_page_of.plain,
        },
        report.dated,
    )


def _kept(each: Kept) -> dict[str, Any]:
    why = None if each.why is None else [said(each.why.text), said(f"{each.why.action} ({each.why.agency})")]
    return {"promise": said(each.promise), "counted": said(each.counted), "why": why}
