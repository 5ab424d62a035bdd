"""Batches, tracks and panes."""

from __future__ import annotations

from services.evaluation.store.panes.batches import (
    APPLIED,
    STAGED,
    VOIDED,
    add_applied,
    add_batches,
    applied_revisions,
    batch_states,
    drop_staged,
    listed,
    newest_data,
    remove_applied,
    set_batch_state,
    stage,
    unstage,
)
from services.evaluation.store.panes.late import (
    add_after_final,
    after_final_of,
    remove_after_final,
)
from services.evaluation.store.panes.sums import (
    extremes,
    extremes_between,
    panes_between,
    sums,
)
from services.evaluation.store.panes.ticks import (
    newest_tick,
    put_tick,
    tick_of,
)
from services.evaluation.store.panes.tracks import (
    Track,
    add_tracks,
    any_due,
    due_tracks,
    save_track,
    save_tracks,
    series_of,
    services,
    track_by_id,
    tracks_of,
)
from services.evaluation.store.panes.writing import (
    add_extremes,
    add_to_panes,
    drop_panes_from,
    release,
    remove_extremes,
    withhold,
)

__all__ = [
    "APPLIED",
    "STAGED",
    "VOIDED",
    "Track",
    "add_after_final",
    "add_applied",
    "add_batches",
    "add_extremes",
    "add_to_panes",
    "add_tracks",
    "after_final_of",
    "any_due",
    "applied_revisions",
    "batch_states",
    "drop_panes_from",
    "drop_staged",
    "due_tracks",
    "extremes",
    "extremes_between",
    "listed",
    "newest_data",
    "newest_tick",
    "panes_between",
    "put_tick",
    "release",
    "remove_after_final",
    "remove_applied",
    "remove_extremes",
    "save_track",
    "save_tracks",
    "series_of",
    "services",
    "set_batch_state",
    "stage",
    "sums",
    "tick_of",
    "track_by_id",
    "tracks_of",
    "unstage",
    "withhold",
]
