"""The real pose files: complete, possible, unchanged by accident, drawn, and within their limits."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from bot.figures.__main__ import LARGEST, schema
from bot.figures.film import films
from bot.figures.lint import faults
from bot.figures.pose import Figure
from bot.figures.profile import SIDE, write_profile
from bot.figures.solve import solve
from tests.figures.real import FIGURES, SERIES

MEDIA = SERIES / "media"
FILMS = {film.id: film for film in films(FIGURES)}
GOLDEN = Path(__file__).parent / "golden.json"
GOLDEN_POINTS = ("head", "shoulders", "hips", "kneeR", "kneeL", "ankleR", "ankleL", "wristR", "wristL")


def read_manifest() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((MEDIA / "manifest.json").read_text())
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_possible_at_its_keys_and_midway(name: str) -> None:
    assert [str(fault) for fault in faults(FIGURES[name])] == []


def test_every_exercise_has_its_figure() -> None:
    exercises = msgspec.yaml.decode((SERIES / "exercises.yaml").read_bytes())
    assert {entry["id"] for entry in exercises} <= set(FILMS)


def test_a_loop_keeps_the_tempo_of_its_exercise() -> None:
    for entry in msgspec.yaml.decode((SERIES / "exercises.yaml").read_bytes()):
        loop = FIGURES[entry["id"]].loop
        moves = 2 * [step for n, (key, step) in enumerate(loop) if loop[n - 1][0] != key]
        holds = [step for n, (key, step) in enumerate(loop) if loop[n - 1][0] == key]
        runs = {round(sum(moves[a:b]), 3) for a in range(len(moves)) for b in range(a + 1, len(moves) + 1)}
        tempo = entry.get("tempo", {"up": min(runs), "hold": 0, "down": min(runs)})
        assert {tempo["up"], tempo["down"]} <= runs, entry["id"]
        assert not tempo["hold"] or tempo["hold"] in holds, entry["id"]


def test_every_self_test_question_has_its_film() -> None:
    words = msgspec.yaml.decode((SERIES / "en" / "selftests.yaml").read_bytes())
    asked = {f"{test}.{question}" for test, said in words.items() for question in said["questions"]}
    shown = {str(name) for entry in read_manifest().values() for name in entry.get("questions", ())}  # type: ignore[attr-defined]
    assert asked - shown == set()


def test_a_mistake_stands_beside_the_right_way_in_the_same_time() -> None:
    pairs = [film for film in FILMS.values() if len(film.figures) > 1]
    assert len(pairs) > 30
    assert [film.id for film in pairs if film.figures[0].seconds != film.figures[1].seconds] == []


def test_the_films_are_drawn_from_these_very_pose_files() -> None:
    manifest = read_manifest()
    assert set(manifest) == set(FILMS)
    assert [name for name, film in FILMS.items() if manifest[name]["source"] != film.source] == []


def test_the_manifest_tells_the_truth_about_the_files() -> None:
    manifest = read_manifest()
    wrong = [
        f"{name}.{kind}"
        for name, entry in manifest.items()
        for kind, said in (("mp4", "film"), ("png", "still"))
        if sha256((MEDIA / f"{name}.{kind}").read_bytes()).hexdigest()[:16] != entry[said]
    ]
    assert wrong == []
    assert {path.stem for path in MEDIA.glob("*.[mp][pn][4g]")} == set(manifest)


def test_no_film_is_larger_than_a_slow_link_can_bear() -> None:
    sizes = {path.name: path.stat().st_size for path in MEDIA.glob("*.mp4")}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_the_schema_for_editors_is_the_one_of_the_code() -> None:
    assert json.loads((SERIES / "figures" / "schema.json").read_text()) == schema()


def landmarks(figure: Figure) -> dict[str, list[int]]:
    """Each key's points to the nearest centimetre, one after another."""
    return {
        key: [round(number) for point in GOLDEN_POINTS for number in solved.body.points[point]]
        for key, solved in solve(figure).items()
    }


def test_no_key_pose_has_changed_by_accident() -> None:
    """Meant to change? Delete tests/figures/golden.json, run this twice, and look at the difference."""
    now = {name: landmarks(figure) for name, figure in FIGURES.items()}
    if not GOLDEN.exists():
        GOLDEN.write_text(json.dumps(now, separators=(",", ":")).replace("},", "},\n") + "\n")
        pytest.fail("golden key poses written: run again, and commit them")
    golden = json.loads(GOLDEN.read_text())
    moved = [
        f"{name}, {key}"
        for name in golden.keys() | now.keys()
        for key in golden.get(name, {}).keys() | now.get(name, {}).keys()
        if not _close(golden.get(name, {}).get(key), now.get(name, {}).get(key))
    ]
    assert sorted(moved) == []


def _close(a: list[int] | None, b: list[int] | None) -> bool:
    return a is not None and b is not None and all(abs(x - y) <= 1 for x, y in zip(a, b, strict=True))


def test_the_profile_picture_is_the_face_of_the_series_as_it_is_posed_now(tmp_path: Path) -> None:
    face = msgspec.yaml.decode((SERIES / "series.yaml").read_bytes())["face"]
    write_profile(tmp_path / "now.jpg", FIGURES[face])
    with Image.open(tmp_path / "now.jpg") as now, Image.open(MEDIA / "profile.jpg") as kept:
        assert (kept.format, kept.size) == ("JPEG", (SIDE, SIDE))
        assert now.resize((8, 8)).tobytes() == kept.resize((8, 8)).tobytes()
