"""Until when each accepted revision is in force: computed anew from what was signed, never adjusted.

An amendment takes over from all before it at its start; a termination ends what is in force at its effect,
and an amendment signed while the notice runs as well. One that starts behind the effect is a new beginning.
Spans of one agreement never overlap.
"""

from __future__ import annotations

from datetime import datetime

from services.sla.domain.negotiation import Agreement


def ends(agreement: Agreement) -> dict[str, datetime | None]:
    """The end of the span of each accepted revision, in the order in which they were accepted."""
    found: dict[str, datetime | None] = {}
    accepted = [each for each in agreement.revisions if each.in_force_from is not None]
    for place, revision in enumerate(accepted):
        start = revision.in_force_from
        assert start is not None
        cuts = [later.in_force_from for later in accepted[place + 1 :] if later.in_force_from is not None]
        for each in agreement.terminations:
            signed_before = each.given_at is not None and revision.concluded_at <= each.given_at
            if each.counts and (signed_before or start < each.effective_at):
                cuts.append(each.effective_at)
        bounds = [max(start, cut) for cut in cuts]
        if revision.effective_until is not None:
            bounds.append(revision.effective_until)
        found[revision.hash] = min(bounds, default=None)
    return found
