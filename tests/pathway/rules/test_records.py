"""Images, medicines, cycles and forms: what a record has to show before it counts."""

from datetime import date, timedelta

import pytest

from pathway.rules import (
    SCALES,
    Change,
    Image,
    MedicineClass,
    Pathway,
    ceiling_signs,
    classes_of,
    contradicts,
    cycle_under_way,
    function_span,
    progressed,
)

START = date(2026, 3, 2)


def day(number):
    return START + timedelta(days=number)


@pytest.mark.parametrize(
    ("taken", "against", "counts"),
    [
        (60, -300, True),
        (60, 10, True),
        (200, -300, True),
        (-1, -300, False),
        (0, -300, False),
        (60, None, False),
        (60, 60, False),
        (60, 90, False),
    ],
)
def test_only_an_image_of_the_trial_or_later_against_an_earlier_one_counts(taken, against, counts):
    image = Image(day(taken), True, None if against is None else day(against))
    assert progressed([image], [day(0), day(40)]) == ([day(taken)] if counts else [])


def test_an_image_without_progression_or_without_any_trial_is_no_sign():
    assert progressed([Image(day(60), False, day(0))], [day(0)]) == []
    assert progressed([Image(day(60), True, day(0))], []) == []


@pytest.mark.parametrize(
    ("name", "stated", "asked"),
    [
        ("tramadol", "nsaid", {MedicineClass.OPIOID}),
        ("Tramadol 50 mg", "nsaid", {MedicineClass.OPIOID}),
        ("tramadol", "opioid", set()),
        ("ibuprofen/hydrocodone", "nsaid", {MedicineClass.OPIOID}),
        ("oxycodone and acetaminophen", "opioid", set()),
        ("Naproxen", "opioid", {MedicineClass.NSAID}),
        ("gabapentin", "other", {MedicineClass.GABAPENTINOID}),
        ("diazepam", "muscle_relaxant", {MedicineClass.BENZODIAZEPINE}),
        ("something of her own", "nsaid", set()),
        ("", "nsaid", set()),
    ],
)
def test_a_name_that_belongs_to_another_class_is_asked_about(name, stated, asked):
    assert contradicts(name, stated) == asked


def test_a_combination_has_every_class_of_its_parts():
    assert classes_of("hydrocodone/ibuprofen") == {MedicineClass.OPIOID, MedicineClass.NSAID}


def test_two_returns_and_a_third_injection_200_days_ago_are_a_ceiling():
    cycles, back = [(day(0), 84), (day(100), 84), (day(200), 84)], [day(60), day(160)]

    assert cycle_under_way(cycles, back, day(250))
    assert not cycle_under_way(cycles, back, day(400))
    waits = cycle_under_way(cycles, back, day(400))
    assert ceiling_signs(Pathway(relapsed_cycles=2, cycle_under_way=waits)).reassess


@pytest.mark.parametrize(("today", "waits"), [(200, True), (283, True), (284, False)])
def test_a_further_cycle_is_waited_for_until_its_own_window_is_over(today, waits):
    assert cycle_under_way([(day(200), 84)], [day(160)], day(today)) is waits


def test_a_cycle_from_before_the_return_is_not_waited_for():
    assert not cycle_under_way([(day(100), 365)], [day(160)], day(170))
    assert not cycle_under_way([(day(100), 365)], [], day(170))


def span(scores, today=98, key="odi"):
    forms = [(day(at), score) for at, score in scores]
    return function_span(SCALES[key], forms, began=day(0), today=day(today), every=14)


EVERY_FORTNIGHT = [(at, 40) for at in range(0, 99, 14)]


def test_forms_over_the_whole_trial_tell_that_function_has_not_changed():
    found = span(EVERY_FORTNIGHT)

    assert (found.is_known, found.change) == (True, Change.UNCHANGED)
    assert (found.answered, found.due) == (7, 7)


@pytest.mark.parametrize(
    "scores",
    [
        [(at, 40) for at in range(0, 14, 2)],
        [(at, 40) for at in range(0, 70, 7)],
        [(at, 40) for at in range(14, 99, 7)],
        [(0, 40), (42, 40), (98, 40)],
        [],
    ],
    ids=[
        "in the first days only",
        "none in the last 28 days",
        "none at the start",
        "too few",
        "no",
    ],
)
def test_forms_that_do_not_span_the_trial_tell_nothing(scores):
    assert (span(scores).is_known, span(scores).change) == (False, None)


def test_a_form_up_to_one_interval_before_is_where_it_began():
    assert span([(-14, 40), *EVERY_FORTNIGHT[1:]]).first == (day(-14), 40)
    assert span([(-15, 40), *EVERY_FORTNIGHT[1:]]).first is None


def test_ninety_days_are_needed():
    assert not span(EVERY_FORTNIGHT, today=89).is_known
    assert span(EVERY_FORTNIGHT, today=90).is_known


def test_function_that_got_better_or_worse_is_not_unchanged():
    assert span([*EVERY_FORTNIGHT[:-1], (98, 30)]).change is Change.BETTER
    assert span([*EVERY_FORTNIGHT[:-1], (98, 50)]).change is Change.WORSE


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [("promis-pain-interference", 45, 35), ("promis-physical-function", 35, 45)],
)
def test_a_t_score_ten_points_better_is_no_ceiling(key, first, last):
    scores = [*[(at, first) for at in range(0, 85, 14)], (98, last)]
    assert span(scores, key=key).change is Change.BETTER


def test_a_risk_group_is_never_known_function():
    assert not span([(at, 5) for at in range(0, 99, 14)], key="start-back").is_known
