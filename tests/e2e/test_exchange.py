"""The examples of docs/exchange.md, as they stand there: shown, stored, and out again."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.e2e.instance import OPERATOR, Instance

ROOT = Path(__file__).parents[2]
OFFICE = ("--as", "town/office")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    found = Instance({"data_dir": tmp_path_factory.mktemp("exchange")})
    found.extra = {"SANYA_CLIENT_ID": OPERATOR, "SANYA_CLIENT_SECRET": found.secret}
    found.start()
    done = found.command("apply", str(ROOT / "docs/examples/permits.yaml"))
    assert done.returncode == 0, done.stderr
    yield found
    found.close()


def commands() -> list[list[str]]:
    """The commands of the page, with the examples where they are."""
    text = (ROOT / "docs/exchange.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = block.replace("\\\n", " ").splitlines()
    return [
        [str(ROOT / word) if word.startswith("docs/") else word for word in shlex.split(line)[1:]]
        for line in lines
    ]


@pytest.mark.parametrize("words", commands(), ids=lambda words: Path(words[2]).name)
def test_each_example_is_shown_and_then_stored(instance: Instance, words: list[str]) -> None:
    shown = instance.command(*words)
    assert shown.returncode == 0, shown.stderr
    assert "/objectives/confirm-3-days/target" in shown.stdout
    assert "cannot say" in shown.stderr
    [digest] = re.findall(r"--store ([0-9a-f]{64})", shown.stderr)
    stored = instance.command(*words, "--store", digest)
    assert stored.returncode == 0, stored.stderr
    assert f"stored as a draft of permit-receipt: {digest}" in stored.stderr
    # The same again would follow what is there now, and change nothing of it.
    again = instance.command(*words)
    assert "the file changes nothing" in again.stderr
    late = instance.command(*words, "--store", digest)
    assert (late.returncode, "preview it again" in late.stderr) == (1, True)


def test_out_and_in_again(instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "out.yaml"
    done = instance.command("export", "openslo", "permit-receipt", "--out", str(file))
    assert done.returncode == 0, done.stderr
    assert "OpenSLO cannot say /parties" in done.stderr
    nowhere = tmp_path / "missing" / "out.yaml"
    done = instance.command("export", "openslo", "permit-receipt", "--out", str(nowhere))
    assert (done.returncode, done.stderr) == (2, f"{nowhere}: No such file or directory\n")
    slos = [each for each in yaml.safe_load_all(file.read_text("utf-8")) if each["kind"] == "SLO"]
    assert [each["metadata"]["name"] for each in slos] == ["confirm-3-days", "confirm-3-days-listed"]
    file.write_text(file.read_text("utf-8").replace("target: 0.8\n", "target: 0.9\n"), "utf-8")
    in_force = json.loads(instance.command("export", "openslo", "permit-receipt", "--json").stdout)["hash"]
    shown = instance.command(
        "import",
        "openslo",
        str(file),
        "--agreement",
        "permit-receipt",
        "--parent",
        in_force,
        "--json",
        *OFFICE,
    )
    found = json.loads(shown.stdout)
    assert [each["clause"] for each in found["differences"]] == [
        "/objectives/confirm-3-days/target",
        "/objectives/confirm-3-days-listed/target",
    ]
    assert found["not_expressed"] == []


def test_what_is_wrong_is_said_by_line(instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text((ROOT / "docs/examples/openslo.yaml").read_text("utf-8").replace("0.85", "85"), "utf-8")
    done = instance.command("import", "openslo", str(file), "--agreement", "permit-receipt", *OFFICE)
    assert done.returncode == 1
    assert re.search(r"line 32, /1/spec/objectives/0/target: .*less than 1", done.stderr)
    file.write_text("a: &x 1", "utf-8")
    done = instance.command("import", "openslo", str(file), "--agreement", "permit-receipt", *OFFICE)
    assert (done.returncode, "anchors and aliases are not read (line 1)" in done.stderr) == (1, True)
    done = instance.command("import", "objectives", str(file), "--agreement", "permit-receipt", *OFFICE)
    assert done.returncode == 2
