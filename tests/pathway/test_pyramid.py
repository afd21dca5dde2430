"""The pyramid as shapes: highest step on top, words outside, three cues for each state."""

from itertools import pairwise

from django.template.loader import render_to_string

from pathway.pyramid import PyramidStep, State, pyramid
from tests.pages import drawn

STEPS = [PyramidStep(level, f"Step number {level}", f"Step {level}") for level in range(1, 6)]


def states(drawn):
    return {band.step.level: band.state for band in drawn.bands}


def corners(band):
    return [tuple(map(int, corner.split(","))) for corner in band.points.split()]


def test_the_highest_step_is_on_top_and_each_is_wider_than_the_one_above():
    drawn = pyramid(STEPS)
    assert [band.step.level for band in drawn.bands] == [5, 4, 3, 2, 1]
    assert [band.step.level for band in drawn.steps] == [1, 2, 3, 4, 5]
    for upper, lower in pairwise(drawn.bands):
        assert corners(upper)[2][0] < corners(lower)[2][0]
        assert corners(upper)[2][1] < corners(lower)[1][1]


def test_shapes_and_words_stay_inside_the_drawing_and_apart():
    drawn = pyramid(STEPS)
    for band in drawn.bands:
        assert all(0 <= x < drawn.label_x and 0 <= y <= drawn.height for x, y in corners(band))


def test_about_nobody_every_step_is_plain():
    assert set(states(pyramid(STEPS)).values()) == {State.PLAIN}


def test_for_a_patient_in_therapy_and_medication():
    drawn = pyramid(STEPS, current=3, done=[1], beside=[2])
    assert states(drawn) == {
        1: State.DONE,
        2: State.BESIDE,
        3: State.NOW,
        4: State.NEXT,
        5: State.NEXT,
    }


def test_between_two_steps_what_was_done_stays_done():
    assert states(pyramid(STEPS, done=[1, 2]))[2] is State.DONE
    assert states(pyramid(STEPS, done=[1, 2]))[3] is State.NEXT


def test_the_drawing_says_in_words_where_the_patient_is():
    page = drawn(
        render_to_string(
            "learn/_pyramid.html",
            {
                "pyramid": pyramid(STEPS, current=2, done=[1]),
                "id": "path",
                "name": "Your care path",
            },
        )
    )
    assert 'role="img" aria-labelledby="path-title path-desc"' in page
    assert "1 Step number 1 (Done), 2 Step number 2 (You are here), 3 Step number 3," in page
    assert page.count('class="pyramid-next"') == 3
    assert page.count("You are here") == 2
    assert "style=" not in page


def test_a_lower_step_that_goes_on_is_said_so():
    page = drawn(
        render_to_string(
            "learn/_pyramid.html",
            {"pyramid": pyramid(STEPS, current=3, beside=[2]), "id": "path", "name": "Path"},
        )
    )
    assert "2 Step number 2 (Still going on)" in page
    assert page.count("Still going on") == 2
