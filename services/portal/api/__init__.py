"""The pages of the portal, by address."""

from __future__ import annotations

from fastapi import APIRouter

from services.portal.api import (
    account,
    agreed,
    announcements,
    assets,
    breaches,
    delegating,
    drafting,
    exchanging,
    factors,
    links,
    mail,
    need_analysis,
    need_imports,
    need_indicators,
    need_page,
    needs,
    negotiation,
    objectives,
    oidc,
    proposals,
    proposing,
    prose,
    public,
    published,
    reports,
    revisions,
    service_overview,
    signed_in,
    signing,
    subscriptions,
    terminating,
)

router = APIRouter()
# Before the page of one need: an address with a name is no id.
router.include_router(exchanging.router, max_body_size=exchanging.MOST_BODY)
router.include_router(need_imports.router, max_body_size=need_imports.MOST_BODY)
for part in (
    public,
    prose,
    published,
    reports,
    account,
    oidc,
    links,
    mail,
    subscriptions,
    signed_in,
    breaches,
    objectives,
    agreed,
    proposals,
    proposing,
    negotiation,
    revisions,
    service_overview,
    signing,
    drafting,
    delegating,
    terminating,
    announcements,
    needs,
    need_analysis,
    need_indicators,
    need_page,
    factors,
    assets,
):
    router.include_router(part.router)
