"""What the evaluator tells. Key: agreement code; kept 90 days, like the feed.

`parties` and `visibility` let a reader filter by right; the shapes inside are those of API.md.
"""

from __future__ import annotations

from typing import Any, ClassVar

from shared.events.envelope import Fact
from shared.events.topics import ALERTS, BREACHES, IMPROVEMENTS, REPLAY_REQUESTS, REPORTS, RESULTS

BREACH_OPENED = "sanya.evaluation.breach.opened.v1"
BREACH_REVISED = "sanya.evaluation.breach.revised.v1"
BREACH_CLOSED = "sanya.evaluation.breach.closed.v1"
BREACH_WITHDRAWN = "sanya.evaluation.breach.withdrawn.v1"
BREACH_SUPERSEDED = "sanya.evaluation.breach.superseded.v1"
BREACH_DISPUTED = "sanya.evaluation.breach.disputed.v1"
DISPUTE_ANSWERED = "sanya.evaluation.breach.dispute-answered.v1"
DISPUTE_TYPES = (BREACH_DISPUTED, DISPUTE_ANSWERED)
BREACH_TYPES = (BREACH_OPENED, BREACH_REVISED, BREACH_CLOSED, BREACH_WITHDRAWN, BREACH_SUPERSEDED)


class Told(Fact):
    """Something of an agreement that is told in several types: `kind` is the type."""

    kind: str
    agreement: str
    parties: list[str]

    def key_of(self) -> str:
        return self.agreement

    def type_of(self) -> str:
        return self.kind


class BreachTold(Told):
    """A breach was opened, revised, closed, withdrawn or superseded: one id for ever, a rising revision.

    The event type says which (`kind`); `version` equals `breach["revision"]`.
    """

    topic: ClassVar[str] = BREACHES
    type: ClassVar[str] = BREACH_OPENED

    visibility: str
    breach: dict[str, Any]

    def subject_of(self) -> str:
        return str(self.breach["id"])


class DisputeTold(Told):
    """A party disputes a breach, or another party answered; `dispute` is as it stands then.

    What was written stays with the evaluator: of a reason there is only its id and a salted hash.
    """

    topic: ClassVar[str] = BREACHES
    type: ClassVar[str] = BREACH_DISPUTED

    dispute: dict[str, Any]

    def subject_of(self) -> str:
        return str(self.dispute["id"])


CORRECTION_PROPOSED = "sanya.evaluation.correction.proposed.v1"
CORRECTION_APPROVED = "sanya.evaluation.correction.approved.v1"
CORRECTION_REJECTED = "sanya.evaluation.correction.rejected.v1"
CORRECTION_WITHDRAWN = "sanya.evaluation.correction.withdrawn.v1"
CORRECTION_TYPES = (CORRECTION_PROPOSED, CORRECTION_APPROVED, CORRECTION_REJECTED, CORRECTION_WITHDRAWN)


class CorrectionTold(Told):
    """A correction of final results was proposed, approved by all, rejected or withdrawn.

    What was written stays with the evaluator: of the reason there is only its id and a salted hash.
    """

    topic: ClassVar[str] = RESULTS
    type: ClassVar[str] = CORRECTION_APPROVED

    correction: dict[str, Any]

    def subject_of(self) -> str:
        return str(self.correction["id"])


class ResultFinal(Fact):
    """A result became final, or a final one got a new revision."""

    topic: ClassVar[str] = RESULTS
    type: ClassVar[str] = "sanya.evaluation.result.final.v1"

    agreement: str
    parties: list[str]
    visibility: str
    result: dict[str, Any]

    def subject_of(self) -> str:
        return str(self.result["id"])

    def key_of(self) -> str:
        return self.agreement


class Outlook(Fact):
    """What an objective's open window or burn came to say at a whole minute, or no longer says."""

    topic: ClassVar[str] = ALERTS

    subject: str
    agreement: str
    parties: list[str]
    visibility: str
    agreement_revision: str
    objective: str
    scope: dict[str, str | None]
    responsible: str
    at: str
    change: str

    def subject_of(self) -> str:
        return self.subject

    def key_of(self) -> str:
        return self.agreement


class AtRisk(Outlook):
    """An open window's forecast or its own warning line came to say `at_risk`, or no longer does.

    `change`: entered, left. `because`: the risks (`forecast`, `warning`), or why it was left (`recovered`,
    `breached`, `closed`, `ended`). Judged by ticks at whole minutes. `version` rises along the subject, which
    burn alerts of the same objective and scope share.
    """

    type: ClassVar[str] = "sanya.evaluation.objective.at-risk.v1"

    because: list[str]
    window: dict[str, str]
    good: int | None
    total: int
    value: str | None
    exact: str | None
    comparator: str
    target: str
    forecast: dict[str, Any] | None


class BurnAlert(Outlook):
    """A pair of lookbacks came to burn the budget at its factor or faster (fired), or no longer does.

    `long` and `short`: the span, what was counted in it, its burn as decimal and exact fraction (null where
    too little was counted). `alerting`: the pairs that stand now.
    """

    type: ClassVar[str] = "sanya.evaluation.objective.burn-alert.v1"

    pair: dict[str, str]
    long: dict[str, Any]
    short: dict[str, Any]
    alerting: list[str]
    comparator: str
    target: str


class ReplayRequested(Fact):
    """The evaluator needs the batches of a service whose event times touch [from_at, to_at) again."""

    topic: ClassVar[str] = REPLAY_REQUESTS
    type: ClassVar[str] = "sanya.evaluation.replay-requested.v1"

    request: str
    service: str
    from_at: int
    to_at: int

    def subject_of(self) -> str:
        return self.request

    def key_of(self) -> str:
        return self.service


IMPROVEMENT_OPENED = "sanya.evaluation.improvement.opened.v1"
IMPROVEMENT_CHANGED = "sanya.evaluation.improvement.changed.v1"
IMPROVEMENT_DUE = "sanya.evaluation.improvement.due.v1"
IMPROVEMENT_OVERDUE = "sanya.evaluation.improvement.overdue.v1"
IMPROVEMENT_JUDGED = "sanya.evaluation.improvement.judged.v1"
IMPROVEMENT_TYPES = (
    IMPROVEMENT_OPENED,
    IMPROVEMENT_CHANGED,
    IMPROVEMENT_DUE,
    IMPROVEMENT_OVERDUE,
    IMPROVEMENT_JUDGED,
)


class ImprovementTold(Told):
    """An improvement action was opened or changed, falls due, is overdue, or was judged by its results.

    What was written (action, owner's post, lesson, reason) stays with the evaluator: of each there is only
    its id and a salted hash. `days`: until its due day, below 0 behind it; null where it is no reminder.
    `version` rises along the subject.
    """

    topic: ClassVar[str] = IMPROVEMENTS
    type: ClassVar[str] = IMPROVEMENT_OPENED

    improvement: dict[str, Any]
    days: int | None = None

    def subject_of(self) -> str:
        return str(self.improvement["id"])


class ReportReady(Fact):
    """The report of a period was made on schedule, and what it was made from is kept.

    `report`: its id, period, basis (SHA-256), state (`closed`: some results may still change, `final`), and
    when it was kept.
    """

    topic: ClassVar[str] = REPORTS
    type: ClassVar[str] = "sanya.evaluation.report.ready.v1"

    agreement: str
    parties: list[str]
    visibility: str
    report: dict[str, Any]

    def subject_of(self) -> str:
        return str(self.report["id"])

    def key_of(self) -> str:
        return self.agreement
