"""What is wrong with a YAML file is a fault at its line, never a crash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.catalog.yaml_schema import Document, Fault


@dataclass(frozen=True)
class Thing:
    """Something with one name."""

    name: str


def test_a_list_in_place_of_a_name_is_a_fault_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "thing.yaml").write_text("name: ball\n? [a, b]\n: 1\n")
    faults: list[Fault] = []
    document = Document(tmp_path / "thing.yaml", tmp_path, faults)
    assert document.build(document.node, Thing) is None
    assert [str(fault) for fault in faults] == ["thing.yaml:2: unknown name “a list”; known here: name"]


def test_a_name_that_stands_twice_among_values_is_a_fault_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "thing.yaml").write_text("ball: 1\nband: 2\nball: 3\n")
    faults: list[Fault] = []
    document = Document(tmp_path / "thing.yaml", tmp_path, faults)
    assert document.build(document.node, dict[str, int]) is None
    assert [str(fault) for fault in faults] == ["thing.yaml:3: “ball” stands twice"]
