"""Wire models, by feature."""

from services.evaluation.schemas.attribution import AttributionOut
from services.evaluation.schemas.breaches import BreachOut
from services.evaluation.schemas.disputes import AnswerIn, DisputeIn, DisputeOut, RemedyIn
from services.evaluation.schemas.explanation import Explanation
from services.evaluation.schemas.results import ResultOut, Scope, Span, whole_result

__all__ = [
    "AnswerIn",
    "AttributionOut",
    "BreachOut",
    "DisputeIn",
    "DisputeOut",
    "Explanation",
    "RemedyIn",
    "ResultOut",
    "Scope",
    "Span",
    "whole_result",
]
