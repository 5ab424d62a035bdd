"""A report of a breach for its parties: whose time it was, what happened when, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.reports.typesetting import drawn, said, set_pdf
from services.portal.text.phrase import Phrase
from services.portal.views.breach_story import Story
from services.portal.views.evidence import BreachPage
from services.portal.views.words import Reader, Said


@dataclass(frozen=True, slots=True)
class BreachReport:
    reader: Reader
    page: BreachPage
    service: Said
    agreement: Said
    story: Story
    dated: datetime
    """When it was closed, else found: a report made again has the same date."""

    @property
    def name(self) -> str:
        """For a file."""
        return f"breach_{self.page.id}_{self.page.revision}_{self.reader.lang}"


def breach_pdf(report: BreachReport) -> bytes:
    page, t = report.page, report.reader.t
    scope = f" ({page.scope})" if page.scope else ""
    return set_pdf(
        "breach.typ",
        {
            "lang": report.reader.lang,
            "title": f"{t.breach_report.plain}: {page.objective}, {page.window}",
            "kind": said(t.breach_report),
            "objective": said(page.objective),
            "heading": said(f"{report.service}, {page.window}{scope}"),
            "verdict": _verdict(report),
            "state": said(page.state),
            "holders_title": said(t.whose_time),
            "holders": _holders(report),
            "held_columns": [
                said(each) for each in (t.agency, t.time_held, t.share_of_time, t.allotted, t.exceeded_by)
            ],
            "summed": None
            if page.whose_time is None or page.whose_time.summed is None
            else said(page.whose_time.summed),
            "cannot": said(t.cannot_attribute),
            "about_journeys": page.whose_time is not None,
            "cases_title": said(t.cases_as_evidence),
            "case_columns": [said(each) for each in (t.case, t.took, t.who_held)],
            "cases": [
                {
                    "journey": said(each.journey),
                    "took": said(each.took),
                    "spans": [said(span) for span in each.spans],
                }
                for each in (page.whose_time.cases if page.whose_time else ())
            ],
            "responsible_title": said(t.responsible),
            "responsible": [said(page.responsible), *(said(each) for each in _contact(page))],
            "timeline_title": said(t.breach_timeline),
            "timeline_columns": [said(t.breach_when), said(t.breach_what)],
            "timeline": [[said(each.at.text), said(each.what)] for each in report.story.happened],
            "told_title": said(t.breach_told),
            "told_why": said(t.breach_told_why),
            "told": [said(each) for each in report.story.told],
            "disputes_title": said(t.disputes),
            "disputes": _disputes(report),
            "no_disputes": said(t.no_disputes),
            "actions_title": said(t.breach_actions),
            "action_columns": [
                said(each)
                for each in (
                    t.breach_action,
                    t.breach_action_owner,
                    t.breach_action_due,
                    t.breach_action_state,
                )
            ],
            "actions": [
                [said(each.what), said(each.owner), said(each.due), said(each.state)]
                for each in report.story.actions or ()
            ],
            "no_actions": said(
                t.part_away(what=t.part_register) if report.story.actions is None else t.breach_no_action
            ),
            "costs_title": said(t.breach_cost),
            "costs": [said(each) for each in _costs(report)],
            "agreement": said(report.agreement),
            "number": said(f"{page.id} ({t.breach_revision(n=page.revision).plain})"),
            "number_title": said(t.same_number),
            "page_words": t.report_page_of.plain,
        },
        report.dated,
    )


def _verdict(report: BreachReport) -> dict[str, Any]:
    page, t = report.page, report.reader.t
    if page.judged is None:
        return {"words": said(t.part_away(what=t.part_results)), "verdict": "unknown", "rest": []}
    numbers = page.judged.numbers
    rest = [each for each in (numbers.number, numbers.fraction) if each]
    return {
        "verdict": page.judged.verdict,
        "words": said(page.judged.verdict_words),
        "rest": [said(" · ".join(map(str, rest))), said(f"{t.target.plain} {page.target}")],
    }


def _holders(report: BreachReport) -> list[dict[str, Any]]:
    return [
        {
            "name": said(each.name),
            "drawing": drawn(each.drawing),
            "values": [
                said(each.time),
                said(each.share),
                said(each.allotted or "–"),
                said(each.exceeded_by or "–"),
            ],
        }
        for each in (report.page.whose_time.holders if report.page.whose_time else ())
    ]


def _disputes(report: BreachReport) -> list[dict[str, Any]]:
    t = report.reader.t
    return [
        {
            "heading": said(each.heading),
            "state": said(each.state if each.opened is None else f"{each.state.plain}, {each.opened.text}"),
            "reason": said(t.words_erased if each.reason is None else each.reason),
            "answers": [
                said(answer.plain + (f": {reason}" if reason else "")) for answer, reason in each.answers
            ],
            "further": [
                said(phrase) for phrase in (each.due, t.remedy_due if each.remedy_due else None) if phrase
            ],
        }
        for each in report.page.disputes
    ]


def _costs(report: BreachReport) -> Sequence[Phrase]:
    t = report.reader.t
    if report.story.costs is None:
        return [t.part_away(what=t.part_consequences)]
    return report.story.costs or [t.breach_no_cost]


def _contact(page: BreachPage) -> list[str]:
    found = page.contact or {}
    return [str(found[name]) for name in ("name", "phone", "email") if found.get(name)]
