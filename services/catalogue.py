"""The one list of services. Everything else takes the services it needs from here."""

from __future__ import annotations

from services.delivery.app import service as delivery
from services.evaluation.app import service as evaluation
from services.metrics.app import service as metrics
from services.portal.app import service as portal
from services.registry.app import service as registry
from services.sla.app import service as sla
from shared.service import Service

SERVICES: dict[str, Service] = {
    service.name: service for service in (registry, sla, metrics, evaluation, delivery, portal)
}
