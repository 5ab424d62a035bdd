"""The README's two commands, on its own log; the answer is what a plain sum over the file gives."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.e2e.instance import OPERATOR, Instance

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
IMPORT = ("import", "case-log", "--service", "permit", "--source", "receipt", "--case", "case",
          "--step", "activity", "--agency", "unit", "--time", "time", "--as", "town/office")  # fmt: skip
LIMIT = timedelta(days=3)
ZONE = timezone(timedelta(hours=7))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    found = Instance({"data_dir": tmp_path})
    found.extra = {"SANYA_CLIENT_ID": OPERATOR, "SANYA_CLIENT_SECRET": found.secret}
    found.start()
    yield found
    found.close()


def ok(instance: Instance, *words: str | Path) -> str:
    done = instance.command(*map(str, words))
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def plain_sums() -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """month -> (good, total) of both readings of overdue, by the words of the specification."""
    cases: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    with (EXAMPLES / "permits.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            cases[row["case"]].append((datetime.fromisoformat(row["time"]), row["activity"]))
    counted: Counter[tuple[str, bool]] = Counter()
    listed: Counter[tuple[str, bool]] = Counter()
    for events in cases.values():
        start = min(at for at, _ in events)
        end = min((at for at, step in events if step == "Confirm receipt"), default=None)
        limit = (start + LIMIT).astimezone(ZONE)
        following = datetime(limit.year + limit.month // 12, limit.month % 12 + 1, 1, tzinfo=ZONE)
        good = end is not None and end - start <= LIMIT
        if end is not None:
            listed[f"{end.astimezone(ZONE):%Y-%m}", good] += 1
        if end is not None and end < following:
            counted[f"{end.astimezone(ZONE):%Y-%m}", good] += 1
        else:
            counted[f"{limit:%Y-%m}", False] += 1
    return _months(counted), _months(listed)


def _months(counts: Counter[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    months = sorted({month for month, _ in counts})
    return {m: (counts[m, True], counts[m, True] + counts[m, False]) for m in months}


def sums(instance: Instance, objective: str) -> dict[str, tuple[int, int]]:
    out = instance.command("results", "permit-receipt", "--as", "town/office", "--json").stdout
    return {
        f"{datetime.fromisoformat(one['window']['start']).astimezone(ZONE):%Y-%m}": (
            one["good"],
            one["total"],
        )
        for one in json.loads(out)["results"]
        if one["objective"] == objective and one["total"]
    }


def test_a_log_is_judged_in_two_commands_and_again_without_counting_twice(instance: Instance) -> None:
    assert "accept agreement permit-receipt for land" in ok(instance, "apply", EXAMPLES / "permits.yaml")
    assert "nothing to change" in ok(instance, "apply", EXAMPLES / "permits.yaml")
    told = ok(instance, *IMPORT, EXAMPLES / "permits.csv")
    assert "240 cases" in told
    counted, listed = plain_sums()
    assert sums(instance, "confirm-3-days") == counted
    assert sums(instance, "confirm-3-days-listed") == listed
    ok(instance, *IMPORT, EXAMPLES / "permits.csv")
    assert sums(instance, "confirm-3-days") == counted
    table = ok(instance, "results", "permit-receipt", "--as", "town/office")
    assert "breached" in table
    assert "permit-receipt: breaches" in table


def test_a_bad_line_is_named_and_refuses_the_file_or_is_skipped(instance: Instance, tmp_path: Path) -> None:
    ok(instance, "apply", EXAMPLES / "permits.yaml")
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "case,activity,unit,time\n"
        "c1,Receive application,Town Hall,2025-02-03T09:00:00+07:00\n"
        "c2,Receive application,Town Hall,2025-02-03 09:00\n"
    )
    refused = instance.command(*IMPORT, str(bad))
    assert refused.returncode == 1
    assert "line 3: time has no offset from UTC" in refused.stderr
    assert "1 events of 1 cases" in ok(instance, *IMPORT, "--bad-lines", "skip", bad)


def test_unknown_names_are_listed_and_refused_or_registered(instance: Instance, tmp_path: Path) -> None:
    ok(instance, "apply", EXAMPLES / "permits.yaml")
    log = tmp_path / "log.csv"
    log.write_text("case,activity,unit,time\nc1,Something new,Town Hall,2025-02-03T09:00:00+07:00\n")
    refused = instance.command(*IMPORT, str(log))
    assert refused.returncode == 1
    assert "unknown steps: Something new" in refused.stderr
    as_admin = [word if word != "town/office" else "town/admin" for word in IMPORT]
    told = instance.command(*as_admin, "--create-missing", str(log))
    assert "registered step something-new (Something new), responsible: town" in told.stderr
