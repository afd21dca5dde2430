"""Forty worked patients: what the record holds, what one criterion asks, and the answer that it gets.

Nobody's answer is a share or a guess: met, not met, missing with the place where it is entered, or to be
stated by a clinician.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.rules.criteria import (
    TESTS,
    Care,
    Criterion,
    Done,
    HomePlan,
    Image,
    Look,
    Record,
    RedFlag,
    Relief,
    Score,
    State,
    Statement,
    ToldCare,
    Where,
    answer,
)
from pathway.rules.criteria.finding_tests import months_before
from pathway.rules.criteria.record import days_of

TODAY = date(2026, 11, 30)
MET, NOT_MET, MISSING, TO_STATE = State.MET, State.NOT_MET, State.MISSING, State.TO_STATE


def ago(days):
    return TODAY - timedelta(days=days)


def care(first, last=None, level=2, what="Physical therapy", kinds=("core",), **more):
    """From so many days ago to so many days ago."""
    return Care(ago(first), None if last is None else ago(last), level, kinds, what, **more)


def injection(days, *relief, purpose="injection", kind="epidural"):
    return Done(ago(days), purpose, kind, "Epidural", tuple(Relief(*one) for one in relief))


def nrs(days, value=6, scale="nrs"):
    return Score(ago(days), scale, value)


PAIN = ("pain_weeks_at_least", {"weeks": 6})
CARE = ("conservative_weeks_at_least", {"weeks": 6, "levels": [1, 2, 3]})
LATELY = ("conservative_weeks_at_least", {"weeks": 6, "levels": [1, 2, 3], "within_days": 91})
SIDE_EFFECT = ("ended_for_side_effect", {"levels": [3]})
KINDS = ("modality_count", {"least": 2, "levels": [1, 2, 3]})
SESSIONS = ("sessions_attended_at_least", {"least": 2})
HOME = ("home_days_share_at_least", {"percent": 50, "weeks": 4})
MEDICINE = ("medicine_days_at_least", {"days": 21})
BASELINE = ("score_within_days_before", {"scales": ["nrs", "peg"], "days": 30})
SAME = ("same_instrument_before_after", {"scales": ["nrs", "peg"], "days": 30})
BLOCKS = ("relief_percent_at_least", {"percent": 80, "purpose": "diagnostic", "count": 2})
KEPT = ("relief_kept_days", {"percent": 50, "days": 84})
LIMIT = ("sessions_in_rolling_months_at_most", {"most": 2, "months": 12, "purpose": "injection"})
IMAGE = ("imaging_within_months", {"methods": ["mri", "ct"], "months": 24})
VISIT = ("visit_after", {"weeks": 6, "levels": [1, 2, 3]})
SKIP = ("safety_skip", {})
STATES = ("clinician_states", {"text": "It is axial."})


def block(days, percent):
    return injection(days, (0, percent), purpose="diagnostic", kind="block")


PATIENTS = {
    "six weeks of pain to the day": (PAIN, {"onset": ago(42)}, MET, "6 weeks (6 are asked)"),
    "a day short of six weeks": (PAIN, {"onset": ago(41)}, NOT_MET, "5 of 6 weeks"),
    "nobody said when it began": (PAIN, {}, MISSING, "The day on which the complaint began"),
    "it is said to begin tomorrow": (PAIN, {"onset": ago(-1)}, MISSING, "The day"),
    "six weeks of therapy": (CARE, {"care": (care(41, 0),)}, MET, "6 weeks (6 are asked)"),
    "a day short of six weeks of therapy": (CARE, {"care": (care(40, 0),)}, NOT_MET, "5 of 6"),
    "therapy that goes on": (CARE, {"care": (care(50),)}, MET, "7 weeks (6 are asked)"),
    "two kinds over the same weeks count once": (
        CARE, {"care": (care(27, 0), care(27, 0, level=1))}, NOT_MET, "4 of 6",
    ),
    "two kinds one after the other": (
        CARE, {"care": (care(60, 40), care(20, 0, level=3))}, MET, "6 weeks (6 are asked)",
    ),
    "a medicine counts as care of its step": (CARE, {"medicines": (care(60, level=3),)}, MET, "8 weeks (6 are asked)"),
    "care that clearly helped did not fail": (
        CARE, {"care": (care(60, 0, helped="responded"),)}, MISSING, "Care of these steps",
    ),
    "an injection is no conservative care": (CARE, {"care": (care(60, 0, level=4),)}, MISSING, "Care"),
    "care that begins tomorrow": (CARE, {"care": (care(-1, -60),)}, MISSING, "Care"),
    "a plan until next year counts until today": (CARE, {"care": (care(20, -300),)}, NOT_MET, "3 of 6"),
    "the patient told of eight weeks elsewhere": (
        CARE, {"told": (ToldCare(8, 2, "Chiropractor"),)}, TO_STATE, "The patient told of 8 weeks",
    ),
    "a clinician stated that it was directed care": (
        CARE,
        {"told": (ToldCare(8, 2, "Chiropractor"),), "statements": {"it": Statement(TODAY, True, "Dr. Kim")}},
        MET, "8 weeks",
    ),
    "a clinician stated that it was not": (
        CARE,
        {"told": (ToldCare(8, 2, "Chiropractor"),), "statements": {"it": Statement(TODAY, False, "Dr. Kim")}},
        NOT_MET, "8 weeks",
    ),
    "what was told is too short as well": (
        CARE, {"told": (ToldCare(2, 2, "Chiropractor"),)}, NOT_MET, "0 of 6",
    ),
    "care of last year is not of the last three months": (
        LATELY, {"care": (care(300, 200),)}, MISSING, "Care",
    ),
    "the part of it in the last three months": (LATELY, {"care": (care(300, 60),)}, NOT_MET, "4 of 6"),
    "a medicine stopped for a side effect": (
        SIDE_EFFECT, {"medicines": (care(30, 20, level=3, ended_for="side_effect"),)}, MET, "side effect",
    ),
    "a medicine that ended as planned": (
        SIDE_EFFECT, {"medicines": (care(30, 20, level=3, ended_for="planned_end"),)}, NOT_MET, "No care",
    ),
    "two kinds of care": (KINDS, {"care": (care(30, kinds=("core", "massage")),)}, MET, "2 kinds of care (2 are asked)"),
    "the same kind twice": (KINDS, {"care": (care(30, 20), care(10))}, NOT_MET, "1 of 2"),
    "two sessions": (SESSIONS, {"sessions": (ago(9), ago(2))}, MET, "2 sessions (2 are asked)"),
    "one session, and one tomorrow": (SESSIONS, {"sessions": (ago(9), ago(-1))}, NOT_MET, "1 of 2"),
    "half of the days at home": (
        HOME,
        {"home_plans": (HomePlan(ago(60), None, 5),), "home_days": tuple(ago(n) for n in range(10))},
        MET, "10 of 20 planned days",
    ),
    "a plan and nothing done": (HOME, {"home_plans": (HomePlan(ago(60), None, 5),)}, MISSING, "Days on"),
    "three weeks of a medicine": (MEDICINE, {"medicines": (care(20, 0, level=3),)}, MET, "21 days with a medicine (21 are asked)"),
    "a score of this month": (BASELINE, {"scores": (nrs(30),)}, MET, "last 30 days"),
    "a score of last month": (BASELINE, {"scores": (nrs(31),)}, MISSING, "A score of the last 30 days"),
    "a score on another scale": (BASELINE, {"scores": (nrs(3, scale="sf36"),)}, MISSING, "A score"),
    "one scale before and after an injection": (
        SAME, {"procedures": (injection(40),), "scores": (nrs(45, 8), nrs(10, 3))}, MET, "before and after",
    ),
    "the scale changed": (
        SAME, {"procedures": (injection(40),), "scores": (nrs(45, 8), nrs(10, 3, scale="peg"))},
        MISSING, "on the same scale",
    ),
    "two blocks with four fifths less pain": (BLOCKS, {"procedures": (block(60, 80), block(30, 90))}, MET, "2 with 80 % relief or more (2 are asked)"),
    "one of two did less": (BLOCKS, {"procedures": (block(60, 80), block(30, 79))}, NOT_MET, "1 of 2"),
    "nobody noted the relief": (BLOCKS, {"procedures": (injection(9, purpose="diagnostic"),)}, MISSING, "Relief"),
    "relief that lasted": (KEPT, {"procedures": (injection(120, (84, 50)),)}, MET, "documented"),
    "relief that was gone": (KEPT, {"procedures": (injection(120, (14, 90), (84, 40)),)}, NOT_MET, "it was less"),
    "relief that was asked for too early": (KEPT, {"procedures": (injection(120, (14, 90)),)}, MISSING, "no entry"),
    "a later injection did less": (
        KEPT, {"procedures": (injection(300, (84, 70)), injection(120, (84, 20)))}, TO_STATE, "a later",
    ),
    "one of two injections a year is done": (LIMIT, {"procedures": (injection(30),)}, MET, "2 of 2"),
    "two are done": (LIMIT, {"procedures": (injection(30), injection(90))}, NOT_MET, "3 of 2"),
    "one of them is a year and a day ago": (LIMIT, {"procedures": (injection(30), injection(366))}, MET, "2 of 2"),
    "both levels on one day are one session": (LIMIT, {"procedures": (injection(30), injection(30))}, MET, "2 of 2"),
    "a picture of last year": (IMAGE, {"images": (Image(ago(300), "mri", "MRI"),)}, MET, "24 months"),
    "an old picture": (IMAGE, {"images": (Image(ago(800), "mri", "MRI"),)}, NOT_MET, "No picture"),
    "a picture that only the patient told of": (
        IMAGE, {"images": (Image(ago(9), "mri", "MRI", told=True),)}, MISSING, "The words of a picture",
    ),
    "an X-ray": (IMAGE, {"images": (Image(ago(9), "xray", "X-ray"),)}, MISSING, "The words"),
    "a visit after six weeks": (VISIT, {"care": (care(60),), "looks": (Look(ago(18), "Visit"),)}, MET, "Looked"),
    "a visit too early": (VISIT, {"care": (care(60),), "looks": (Look(ago(19), "Visit"),)}, MISSING, "A visit on or"),
    "a danger sign was looked at": (SKIP, {"red_flags": (RedFlag(ago(3), "Examined"),)}, MET, "danger sign"),
    "no danger sign": (SKIP, {}, NOT_MET, "No danger sign"),
    "a clinician has to say it": (STATES, {}, TO_STATE, "It is axial."),
    "a clinician said it": (STATES, {"statements": {"it": Statement(ago(1), True, "Dr. Kim")}}, MET, "axial"),
    "a clinician said that it is not so": (
        STATES, {"statements": {"it": Statement(ago(1), False, "Dr. Kim")}}, NOT_MET, "axial",
    ),
}  # fmt: skip


def asked(question, record, *, unless="", expires=None):
    test, told = question
    return answer(Criterion("it", "It", test, told, unless), record, expires=expires)


@pytest.mark.parametrize(("question", "held", "state", "why"), PATIENTS.values(), ids=PATIENTS)
def test_a_worked_patient(question, held, state, why):
    found = asked(question, Record(as_of=TODAY, **held))

    assert (found.state, why in found.why) == (state, True), found.why


def test_every_test_of_the_vocabulary_has_a_patient():
    assert {question[0] for question, *_rest in PATIENTS.values()} == {*TESTS}


def test_what_is_met_shows_the_rows_that_prove_it():
    told = (ToldCare(3, 1, "Heat at home"),)
    found = asked(CARE, Record(as_of=TODAY, care=(care(60, 5),), told=told))

    assert [(row.first, row.last, row.what, row.told) for row in found.proof] == [
        (ago(60), ago(5), "Physical therapy", False),
        (None, None, "Heat at home, 3 weeks", True),
    ]


def test_what_failed_is_shown_beside_what_did_not():
    record = Record(as_of=TODAY, procedures=(block(90, 85), block(60, 10), block(30, 95)))

    assert [row.what for row in asked(BLOCKS, record).proof] == [
        "Epidural: 85 % after hours", "Epidural: 10 % after hours", "Epidural: 95 % after hours",
    ]  # fmt: skip


def test_a_danger_sign_answers_in_the_place_of_a_trial():
    record = Record(as_of=TODAY, red_flags=(RedFlag(ago(3), "Examined"),))

    assert asked(CARE, record).state == MISSING
    assert asked(CARE, record, unless="safety_skip").state == MET
    assert asked(CARE, Record(as_of=TODAY), unless="safety_skip").state == MISSING


@pytest.mark.parametrize(("expires", "state"), [(TODAY, MET), (ago(1), TO_STATE)])
def test_of_a_set_that_expired_nothing_is_met(expires, state):
    found = asked(PAIN, Record(as_of=TODAY, onset=ago(90)), expires=expires)

    assert found.state == state
    assert ("expired" in found.why) is (state == TO_STATE)


def test_what_is_missing_says_where_it_is_entered():
    empty = Record(as_of=TODAY)
    assert {test: asked((test, told), empty).where for test, told in (PAIN, CARE, BASELINE, STATES)} == {
        PAIN[0]: Where.INTAKE, CARE[0]: Where.RECORDS, BASELINE[0]: Where.SCORE, STATES[0]: Where.STATEMENT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
    ],
)
def test_months_before(day, months, before):
    assert months_before(day, months) == before


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_days_that_overlap_are_counted_once(pairs):
    stretches = [care(max(pair), min(pair)) for pair in pairs]
    covered = {
        day for first, last in pairs for day in range(min(first, last), max(first, last) + 1)
    }

    assert days_of(stretches, TODAY) == len(covered)


# --- More evidence never leaves a criterion with less --------------------------------------------

DAYS = st.integers(-5, 500)
RELIEF = st.lists(st.tuples(st.sampled_from([0, 14, 84, 182]), st.integers(-50, 100)), max_size=3)
EVIDENCE = {
    "care": st.builds(
        care, DAYS, st.none() | DAYS, st.integers(1, 4), kinds=st.sampled_from([("core",), ("massage", "heat")]),
        helped=st.sampled_from(["", "responded"]), ended_for=st.sampled_from(["", "side_effect"]),
    ),
    "medicines": st.builds(care, DAYS, st.none() | DAYS, st.just(3), ended_for=st.sampled_from(["", "side_effect"])),
    "told": st.builds(ToldCare, st.integers(1, 20), st.integers(1, 4), st.just("Elsewhere")),
    "scores": st.builds(nrs, DAYS, st.integers(0, 10), st.sampled_from(["nrs", "peg", "odi"])),
    "sessions": DAYS.map(ago),
    "home_days": DAYS.map(ago),
    "procedures": st.builds(
        lambda days, relief, purpose: injection(days, *relief, purpose=purpose),
        DAYS, RELIEF, st.sampled_from(["injection", "diagnostic"]),
    ),
    "images": st.builds(
        lambda days, method, told: Image(ago(days), method, method, told),
        DAYS, st.sampled_from(["mri", "xray"]), st.booleans(),
    ),
    "looks": DAYS.map(lambda days: Look(ago(days), "Visit")),
    "red_flags": DAYS.map(lambda days: RedFlag(ago(days), "Examined")),
}  # fmt: skip
# A limit counts evidence against itself; a plan for home is what is asked, not what was done.
ASKED = [
    PAIN,
    CARE,
    LATELY,
    SIDE_EFFECT,
    KINDS,
    SESSIONS,
    HOME,
    MEDICINE,
    BASELINE,
    SAME,
    BLOCKS,
    KEPT,
    IMAGE,
    VISIT,
    SKIP,
]
RECORDS = st.builds(
    lambda held: Record(
        as_of=TODAY, onset=ago(50), home_plans=(HomePlan(ago(60), None, 5),),
        **{name: tuple(rows) for name, rows in held.items()},
    ),
    st.fixed_dictionaries({name: st.lists(rows, max_size=3) for name, rows in EVIDENCE.items()}),
)  # fmt: skip
ONE_MORE = st.sampled_from(sorted(EVIDENCE)).flatmap(
    lambda name: st.tuples(st.just(name), EVIDENCE[name])
)


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question[0])
@given(record=RECORDS, more=ONE_MORE)
def test_adding_evidence_never_turns_met_into_missing_nor_taking_away_not_met_into_met(
    question, record, more
):
    name, row = more
    fuller = replace(record, **{name: (*getattr(record, name), row)})
    without, with_it = asked(question, record).state, asked(question, fuller).state

    assert not (without == MET and with_it == MISSING)
    assert not (with_it == NOT_MET and without == MET)


@given(record=RECORDS, more=EVIDENCE["procedures"])
def test_a_limit_is_never_missing_and_more_procedures_never_make_it_met(record, more):
    fuller = replace(record, procedures=(*record.procedures, more))
    without, with_it = asked(LIMIT, record).state, asked(LIMIT, fuller).state

    assert {without, with_it} <= {MET, NOT_MET}
    assert not (without == NOT_MET and with_it == MET)
