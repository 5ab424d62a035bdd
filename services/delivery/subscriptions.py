"""What delivery hears, and who handles it."""

from __future__ import annotations

from services.delivery import handlers
from shared.events import evaluation, sla
from shared.events.topics import AGREEMENTS, BREACHES, RESULTS
from shared.inbox import Subscription

subscription = Subscription(
    topics=(BREACHES, RESULTS, AGREEMENTS),
    handlers={
        evaluation.BREACH_OPENED: handlers.feed_breach,
        evaluation.BREACH_REVISED: handlers.feed_breach,
        evaluation.BREACH_CLOSED: handlers.feed_breach,
        evaluation.BREACH_WITHDRAWN: handlers.feed_breach,
        evaluation.BREACH_SUPERSEDED: handlers.feed_breach,
        evaluation.ResultFinal.type: handlers.feed_result,
        sla.AgreementInForce.type: handlers.feed_agreement,
    },
)
