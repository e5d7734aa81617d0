"""Bodies in time: fixed points stay, holds hold, the other side is a mirror, and one file makes a new figure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageChops

from bot.figures.__main__ import LARGEST, make, stale
from bot.figures.draw import FINER, card, paint
from bot.figures.film import films
from bot.figures.geometry import clipped, hermite, hull, inside, joint, length, slopes, sub
from bot.figures.motion import Motion
from bot.figures.pose import mirrored
from bot.figures.posefile import read_figures
from bot.figures.preview import write_preview
from bot.figures.sheet import write_sheets
from tests.figures.real import FIGURES, SERIES

FOLDER = SERIES / "figures"


def test_planted_feet_stay_where_they_are_all_through_a_squat() -> None:
    bodies = Motion(FIGURES["h10"]).frames(24)
    for point in ("heelR", "heelL", "ballR", "ballL"):
        assert max(length(sub(body.points[point], bodies[0].points[point])) for body in bodies) < 0.05


def test_a_hold_is_one_and_the_same_body() -> None:
    motion = Motion(FIGURES["h11"])
    assert motion.at(1.7) is motion.at(3.5)


def test_the_loop_takes_the_time_of_the_exercise() -> None:
    assert dict(FIGURES["h9"].loop)["sit"] == 0.4
    assert FIGURES["h9"].loop[1] == ("sit", 3.0)


def test_a_mirrored_key_swaps_left_and_right() -> None:
    solved = Motion(FIGURES["k7"]).solved
    (x, y, z), (u, v, w) = solved["reachR"].body.points["wristR"], solved["reachL"].body.points["wristL"]
    assert (x, y, z) == pytest.approx((u, v, -w))


def test_a_mirror_of_a_mirror_is_the_pose_itself() -> None:
    for figure in FIGURES.values():
        for pose in figure.keys.values():
            assert mirrored(mirrored(pose)) == pose


def test_a_limb_bends_toward_its_pole_and_says_how_much_it_is_too_short() -> None:
    knee, short = joint((0, 80, 0), (0, 0, 0), 42, 40, (1, 0, 0))
    assert knee[0] > 5
    assert short == 0
    assert joint((0, 90, 0), (0, 0, 0), 42, 40, (1, 0, 0))[1] == pytest.approx(8, abs=0.01)


def test_a_curve_through_holds_never_overshoots() -> None:
    values, steps = [0.0, 10.0, 10.0, 0.0], [1.0, 1.0, 2.0, 1.0]
    curve = slopes(values, steps)
    assert curve == [0, 0, 0, 0]
    assert all(0 <= hermite(0, 10, curve[0], curve[1], 1, n / 10) <= 10 for n in range(11))


def test_a_patch_is_cut_at_the_border_of_its_limb() -> None:
    square = hull([(0, 0), (4, 0), (4, 4), (0, 4), (2, 2)])
    patch = clipped([(2, 2), (8, 2), (8, 3), (2, 3)], square)
    assert max(x for x, _ in patch) == 4
    assert all(inside(point, square, 1e-9) for point in patch)


def test_the_left_film_is_the_right_one_in_a_mirror_but_for_its_marks() -> None:
    found = {film.id: film for film in films(FIGURES)}
    left, right = found["check-stand-left"].still(), found["check-stand-right"].still()
    assert left.size == right.size
    half = left.width // 2
    assert left.getpixel((half - 10, 60)) == right.getpixel((9, 60))
    assert left.getpixel((30, 30)) == right.getpixel((30, 30))


def test_a_lens_shows_a_small_move_so_many_times_as_large() -> None:
    motion = Motion(replace(FIGURES["a8"], arrows=()))
    on, lens = card([motion]), FIGURES["a8"].lens
    assert lens
    flat, high = (paint(motion, motion.solved[key].body, on) for key in ("flat", "high"))
    moved = ImageChops.difference(flat, high).convert("L").point(lambda tone: 255 if tone else 0)
    x, y = (round(number / FINER) for number in on.pixel(on.camera.flat(lens.at)))
    small = round(lens.width * on.scale / 2)
    spot = moved.crop((x - small, y - small, x + small, y + small))
    assert 0 < spot.histogram()[255] * lens.grow < moved.histogram()[255]


def test_one_new_file_makes_a_new_figure_and_only_what_changed_is_drawn(tmp_path: Path) -> None:
    folder, media = tmp_path / "figures", tmp_path / "media"
    folder.mkdir()
    (folder / "postures.yaml").write_text((FOLDER / "postures.yaml").read_text())
    text = "posture: standing\nkeys:\n  low: {}\n  high: {arms: {upper: [80, 10]}}\nloop: [[low, 0.8], [high, 0.8]]\n"
    (folder / "wave.yaml").write_text(text)
    assert make(read_figures(folder), media, [], False) == 0
    first = json.loads((media / "manifest.json").read_text())
    assert 2000 < first["wave"]["bytes"] < LARGEST
    assert (media / "wave.mp4").read_bytes()[4:8] == b"ftyp"
    (film,) = films(read_figures(folder))
    assert not stale(film, first["wave"], media)
    (folder / "wave.yaml").write_text(text.replace("80", "60"))
    (film,) = films(read_figures(folder))
    assert stale(film, first["wave"], media)


def test_the_preview_shows_every_film_beside_its_words(tmp_path: Path) -> None:
    write_preview(tmp_path / "figures.html", SERIES, "en")
    page = (tmp_path / "figures.html").read_text()
    manifest = json.loads((SERIES / "media" / "manifest.json").read_text())
    assert page.count("<video ") == len(manifest)
    assert "Chair squat" in page
    assert "Left leg stand" in page
    (source,) = set(re.findall(r'src="(.*?)/h10.mp4"', page))
    assert (tmp_path / source / "h10.mp4").exists()


def test_contact_sheets_hold_every_figure_and_blind_ones_no_name(tmp_path: Path) -> None:
    chosen = [
        film for film in films(FIGURES) if film.id in ("h10", "h10-easier", "h10-mistake", "check-bend", "k2", "k4")
    ]
    paths = write_sheets(tmp_path, chosen)
    assert {"stills.png", "self-tests.png", "easier.png", "moving-1.png", "blind-1.png"} <= {
        path.name for path in paths
    }
    assert sorted((tmp_path / "blind.txt").read_text().split()[1::2]) == ["check-bend", "h10", "k2", "k4"]
