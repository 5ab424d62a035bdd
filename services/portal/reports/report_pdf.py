"""A service-level report as data for its template (`report.typ`)."""

from __future__ import annotations

from typing import Any

from services.portal.reports.figures import Promise, Report, Row
from services.portal.reports.typesetting import drawn, said, set_pdf
from services.portal.views.lessons import Beside


def report_pdf(report: Report, beside: Beside | None = None) -> bytes:
    return set_pdf("report.typ", {**_data(report), "beside": _beside(report, beside)}, report.dated)


def _beside(report: Report, beside: Beside | None) -> dict[str, Any] | None:
    """What the parties find below the promises; the public's report, and the one on schedule, have none."""
    if beside is None:
        return None
    t = report.reader.t
    return {
        "findings_title": said(t.findings_three),
        "findings_why": said(t.findings_three_why),
        "findings": [
            {
                "text": said(each.text),
                "action": said(f"{t.finding_act.plain}: {each.action}"),
                "who": said(": ".join((each.agency, each.person)) if each.person else each.agency),
            }
            for each in beside.findings or ()
        ],
        "findings_none": said(
            t.part_away(what=t.part_causes) if beside.findings is None else t.findings_three_none
        ),
        "done_title": said(t.done_since),
        "done": [said(f"{each.what} ({each.owner}): {each.state}") for each in beside.done or ()],
        "done_none": said(
            t.part_away(what=t.part_register) if beside.done is None else t.lessons_actions_none
        ),
        "costs_title": said(t.breach_cost),
        "costs": [said(each) for each in beside.costs or ()],
        "costs_none": said(t.part_away(what=t.part_consequences) if beside.costs is None else t.cost_none),
    }


def _data(report: Report) -> dict[str, Any]:
    t = report.reader.t
    covers = [
        (t.agreement, f"{report.agreement.title}, {t.revision_in_force(n=report.agreement.number).plain}"),
        (t.parties, ", ".join(map(str, report.parties))),
        (t.report_period, report.period_name.plain),
        (t.report_state, report.state.plain),
        *([(t.report_calendar, report.calendar)] if report.calendar else []),
        *([(t.report_data, report.data_until)] if report.data_until else []),
        (t.content_hash, report.agreement.hash),
        (t.report_basis, report.basis),
    ]
    return {
        "lang": report.reader.lang,
        "title": f"{t.report.plain}: {report.service}, {report.period_name.plain}",
        "kind": said(t.report),
        "service": said(report.service),
        "period": said(report.period_name),
        "open": said(report.state) if report.open else None,
        "heading": said(report.heading),
        "covers_title": said(t.report_covers),
        "covers": [[said(name), said(value)] for name, value in covers],
        "promises_title": said(t.report_promises),
        "columns": [said(each) for each in (t.report_promise, t.target, t.verdict, t.result)],
        "window_columns": [
            said(each) for each in (t.window, t.verdict, t.result, t.fraction_column, t.state)
        ],
        "none": said(t.report_none_here),
        "how_title": said(t.report_how),
        "twelve": said(t.report_twelve),
        "responsible": said(t.responsible),
        "target": said(t.target),
        "basis": report.basis,
        "basis_why": said(t.report_basis_why),
        "page_words": t.report_page_of.plain,
        "promises": [_promise(report, each) for each in report.promises],
    }


def _promise(report: Report, promise: Promise) -> dict[str, Any]:
    t = report.reader.t
    return {
        "name": said(promise.name),
        "target": said(promise.target),
        "target_short": said(promise.target_short),
        "responsible": said(promise.responsible),
        "how": [said(each) for each in promise.how],
        "rows": [_row(report, row) for row in promise.rows],
        "newest": _row(report, promise.rows[-1]) if promise.rows else None,
        "no_data": said(t.report_none_here),
        "strips": [
            {
                "scope": strip.scope,
                "summary": None if strip.summary is None else said(strip.summary),
                "cells": [{"label": each.label, "drawing": drawn(each.drawing)} for each in strip.cells],
            }
            for strip in promise.strips
        ],
    }


def _row(report: Report, row: Row) -> dict[str, Any]:
    shown, t = row.shown, report.reader.t
    notes = [each for each in (shown.reason, shown.overdue, shown.excluded) if each is not None]
    revision = f", {t.result_revision(n=shown.revision).plain}" if shown.revision > 1 else ""
    return {
        "scope": row.scope,
        "window": said(shown.window),
        "verdict": shown.verdict,
        "words": said(shown.verdict_words),
        "number": said(shown.numbers.number) if shown.numbers.number else said("–"),
        "fraction": said(shown.numbers.fraction) if shown.numbers.fraction else said("–"),
        "state": said(shown.state_words.plain + revision),
        "notes": [said(each) for each in notes],
    }
