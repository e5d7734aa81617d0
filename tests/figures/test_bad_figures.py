"""What is wrong with a pose file is said with its file, its line, and by how much."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.figures.__main__ import main
from bot.figures.lint import faults, faults_of_frames
from bot.figures.posefile import FigureFaults, read_figures

POSTURES = """
standing: {"on": both, legs: {foot: [0, 0, 9]}}
"""
GOOD = """
posture: standing
keys:
  up: {}
  down: {knee: 60, lean: 30}
loop: [[up, 1], [down, 2]]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "postures.yaml").write_text(POSTURES)
    (folder / "try.yaml").write_text(text.lstrip())
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(FigureFaults) as caught:
        read_figures(written(folder, text))
    return str(caught.value)


def complaints(folder: Path, text: str) -> list[str]:
    return [str(fault) for fault in faults(read_figures(written(folder, text))["try"])]


def test_a_possible_figure_has_no_faults(tmp_path: Path) -> None:
    figure = read_figures(written(tmp_path, GOOD))["try"]
    assert [*faults(figure), *faults_of_frames(figure, 24)] == []


def test_an_unknown_prop_names_the_known_ones(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD + "props: [{kind: sofa}]\n")
    assert said.startswith("try.yaml:6: unknown prop “sofa”; known are: bag, ball,")


def test_an_unknown_muscle_names_the_known_ones(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD + "work: [thigh-front R, biceps]\n")
    assert said.startswith("try.yaml:6: unknown muscle “biceps”; known are: ankle,")


def test_an_unknown_posture_names_the_known_ones(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD.replace("standing", "floating")).startswith(
        "try.yaml:1: unknown posture “floating”; known are: standing"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("loop: [[up, 1], [sideways, 2]]", "unknown key “sideways”; known are: down, up"),
        ("loop: [[up, 0], [down, 2]]", "a step of the loop takes more than 0 seconds"),
        ("arrows: [{of: hips, start: up, to: out}]", "unknown key “out”; known are: down, up"),
        ("arrows: [{of: tail, start: up, to: down}]", "unknown point “tail”; known are:"),
        ("still: [middle]", "unknown key “middle”"),
        ("only: [footL, tail]", "unknown part “tail”; known are: chest, earL,"),
        ("props: [{kind: band, to: [nose]}]", "unknown point “nose”; known are:"),
        ("props: [{kind: loop, to: [kneeR]}]", "a loop is tied to 2 points of the body with “to”, not to 1"),
        ("crop: {at: [0, 0, 0], width: 0, height: 5}", "a close-up is wider and higher than 0 cm"),
        ("lens: {at: [0, 0, 0], width: 30, grow: 0, shift: [50, 50]}", "a lens shows more than 0 cm, and grows it"),
        ("lens: {at: [0, 0, 0], width: 9, grow: 2, shift: [9, 9], only: [tail]}", "unknown part “tail”; known are:"),
        ("arrows: [{of: hips, start: up, to: down, part: [1, 0]}]", "an arrow shows a part between 0 and 1"),
        ("colour: red", "unknown name “colour”"),
    ],
)
def test_a_name_that_is_not_known_is_refused_at_its_line(tmp_path: Path, change: str, said: str) -> None:
    text = GOOD.replace(GOOD.strip().splitlines()[-1], change) if change.startswith("loop") else GOOD + change + "\n"
    found = refusal(tmp_path, text)
    assert said in found
    assert found.startswith(("try.yaml:5:", "try.yaml:6:"))


def test_a_knee_bent_backwards_is_refused_by_how_much(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("knee: 60", "knee: -12"))
    assert said == "try.yaml:4: the knee is bent backwards by 12°"


def test_a_knee_bent_too_far_is_refused_by_how_much(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("lean: 30", "legR: {thigh: [90, 0], knee: 170}"))
    assert said == "try.yaml:4: the knee is bent 15° more than a knee can"


def test_a_hand_that_cannot_reach_is_named_with_the_distance(tmp_path: Path) -> None:
    found = complaints(tmp_path, GOOD.replace("up: {}", "up: {armR: {hand: [90, 120, 20]}}"))
    assert any(fault.startswith("try.yaml:3: try, up: hand R misses its point by ") for fault in found)


def test_a_foot_below_the_floor_is_named_with_the_depth(tmp_path: Path) -> None:
    found = complaints(tmp_path, GOOD.replace("up: {}", "up: {legR: {ankle: [0, 2, 9]}, legL: {foot: [0, 0, 9]}}"))
    assert any("up: footR is 5.0 cm below the floor" in fault for fault in found)


def test_a_body_that_would_fall_is_named_with_the_distance(tmp_path: Path) -> None:
    tipped = GOOD.replace("lean: 30", "lean: 30, over: [-30, 0]")
    assert any("down: the body falls: its weight is" in fault for fault in complaints(tmp_path, tipped))
    assert complaints(tmp_path, tipped + "supported: true\n") == []


def test_a_limb_inside_a_wall_is_named_with_the_depth(tmp_path: Path) -> None:
    text = GOOD + "props: [{kind: wall, at: [20, 0, 0]}]\nsupported: true\n"
    assert "try.yaml:4: try, down: hair is 9.9 cm inside the wall" in complaints(tmp_path, text)
    assert complaints(tmp_path, text.replace("20, 0, 0", "90, 0, 0")) == []


def test_an_arrow_too_short_to_see_is_named_with_its_length(tmp_path: Path) -> None:
    found = complaints(tmp_path, GOOD + "arrows: [{of: heelR, start: up, to: down}]\n")
    assert found == ["try.yaml:4: try, down: the arrow of heelR is 0 pixels long, at least 20 can be seen"]


def test_a_limb_that_flies_is_named_with_its_speed(tmp_path: Path) -> None:
    text = GOOD.replace("down: {knee: 60, lean: 30}", "down: {arms: {upper: [170, 0]}}").replace("2]]", "0.2]]")
    figure = read_figures(written(tmp_path, text))["try"]
    assert any("wristR moves " in fault.text for fault in faults_of_frames(figure, 24))


def test_a_mistake_in_another_time_than_the_right_way_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD + "mistake:\n  loop: [[up, 1], [down, 3]]\n")
    assert said == "try.yaml:7: the mistake takes 4 s, the right way beside it 3 s"


def test_a_thigh_that_tips_without_kneeling_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("lean: 30", "back: 30"))
    assert said == "try.yaml:4: “back” tips a kneeling thigh, and no leg kneels"


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(GOOD.lstrip().replace("knee: 60", "knee: -1") + "work: [nose]\n")
    said = refusal(tmp_path, GOOD + "work: [toe]\nprops: [{kind: cat}]\n")
    assert [line.split(":")[0] for line in said.splitlines()] == ["other.yaml", "try.yaml", "try.yaml"]


def test_the_maker_tells_the_faults_and_draws_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "figures").mkdir()
    written(tmp_path / "figures", GOOD + "work: [toe]\n")
    monkeypatch.setattr("sys.argv", ["figure", str(tmp_path)])
    assert main() == 1
    assert "try.yaml:6: unknown muscle “toe”" in capsys.readouterr().err
    assert not (tmp_path / "media").exists()


def test_the_maker_fails_when_a_picture_on_the_way_is_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "figures").mkdir()
    flying = GOOD.replace("down: {knee: 60, lean: 30}", "down: {arms: {upper: [100, 0]}}").replace("2]]", "0.2]]")
    written(tmp_path / "figures", flying)
    monkeypatch.setattr("sys.argv", ["figure", str(tmp_path), "--check"])
    assert main() == 1
    assert "try.yaml:5: try, loop: wristR moves" in capsys.readouterr().err
