"""The pictures a clinician trusts: gaps stay gaps, zero is a score, the axis never moves."""

import gzip
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from patients.record.charts import ChartLine, Event, Target, Window, recent, sparkline, trend
from tests.pages import drawn

MONDAY = date(2026, 1, 5)


def days_from(first, scores):
    return {
        first + timedelta(offset): score for offset, score in enumerate(scores) if score is not None
    }


def four_weeks(**given):
    return trend(
        "Pain",
        days_from(MONDAY, [5] * 28),
        period=(MONDAY, MONDAY + timedelta(27)),
        **given,
    )


# --- Points and lines --------------------------------------------------------------------------


def test_a_day_is_a_dot_at_its_score_from_ten_on_top_to_zero_below():
    chart = trend("Pain", days_from(MONDAY, [10, 0, 5]), period=(MONDAY, MONDAY + timedelta(2)))

    # Relative steps: day 0 at the top (0), day 1 down to the bottom (1000), day 2 back up to the middle.
    assert chart.points == "m0 0h0m1 1000h0m1 -500h0"


def test_a_day_without_a_log_has_no_dot():
    chart = trend("Pain", days_from(MONDAY, [5, None, 5]), period=(MONDAY, MONDAY + timedelta(2)))

    assert chart.points == "m0 500h0m2 0h0"
    assert (chart.logged, chart.span) == (2, 3)


def test_logs_outside_the_period_are_not_drawn_or_counted():
    days = days_from(MONDAY, [5, 6, 7])

    chart = trend("Pain", days, period=(MONDAY + timedelta(1), MONDAY + timedelta(1)))

    assert (chart.points, chart.logged, chart.span) == ("m0 400h0", 1, 1)


def test_the_line_averages_the_seven_days_up_to_each_day():
    scores = [0, 0, 0, 7, 7, 7, 7, 7]
    chart = trend("Pain", days_from(MONDAY, scores), period=(MONDAY, MONDAY + timedelta(7)))

    # Day 3 is the first with four logs: 7/4 = 1.75; the last: (0 + 0 + 5 * 7)/7 = 5.
    assert chart.line.startswith("M3 825h0")
    assert chart.line.endswith("L7 500")


def test_the_line_uses_days_before_the_period():
    days = days_from(MONDAY, [4] * 7)

    chart = trend("Pain", days, period=(MONDAY + timedelta(6), MONDAY + timedelta(6)))

    assert chart.line == "M0 600h0"


def test_the_line_stops_where_fewer_than_four_of_seven_days_are_logged_and_does_not_cross():
    scores = [5] * 7 + [None] * 7 + [5] * 7
    chart = trend("Pain", days_from(MONDAY, scores), period=(MONDAY, MONDAY + timedelta(20)))

    assert chart.line.count("M") == 2
    drawn = {int(index) for index in re.findall(r"[ML](\d+) ", chart.line)}
    assert drawn == {*range(3, 10), *range(17, 21)}


def test_a_second_measure_is_a_line_of_its_own():
    interference = ChartLine("Got in the way", days_from(MONDAY, [2] * 28))

    (track,) = four_weeks(lines=[interference]).tracks

    assert (track.name, track.order) == ("Got in the way", 2)
    assert track.path.startswith("M3 800h0")


def test_nobody_logged_anything():
    chart = trend("Pain", {}, period=(MONDAY, MONDAY + timedelta(27)))

    assert (chart.points, chart.line, chart.logged) == ("", "", 0)


# --- Axes --------------------------------------------------------------------------------------


def test_the_scores_always_run_from_zero_to_ten():
    ticks = four_weeks().scores

    assert [(tick.value, tick.at) for tick in ticks] == [
        (0, "100%"),
        (2, "80%"),
        (4, "60%"),
        (6, "40%"),
        (8, "20%"),
        (10, "0%"),
    ]


@pytest.mark.parametrize("length", [1, 2, 8, 28, 84, 180, 365])
def test_dates_stand_at_both_ends_and_leave_room_between(length):
    last = MONDAY + timedelta(length - 1)

    chart = trend("Pain", {}, period=(MONDAY, last))

    always = [tick.value for tick in chart.dates if not tick.minor]
    between = [float(tick.at.rstrip("%")) for tick in chart.dates if tick.minor]
    assert always == sorted({MONDAY, last})
    assert len(between) <= 6
    assert all(12 <= place <= 88 for place in between)


def test_a_chart_of_one_day_still_has_a_width():
    assert trend("Pain", {}, period=(MONDAY, MONDAY)).width == 1


# --- What happened -----------------------------------------------------------------------------


def test_events_are_numbered_in_the_order_of_their_days():
    events = [
        Event(MONDAY + timedelta(27), "Decision: continue", "decision"),
        Event(MONDAY, "Physical therapy started"),
    ]

    marks = four_weeks(events=events).marks

    assert [(mark.number, mark.at, mark.kind) for mark in marks] == [
        (1, "0%", "tier"),
        (2, "100%", "decision"),
    ]


def test_two_events_of_a_day_share_a_mark():
    events = [Event(MONDAY, "Medication started"), Event(MONDAY, "Injection", "procedure")]

    (mark,) = four_weeks(events=events).marks

    assert [event.words for event in mark.events] == ["Medication started", "Injection"]


def test_events_outside_the_period_have_no_mark():
    before, after = Event(MONDAY - timedelta(1), "x"), Event(MONDAY + timedelta(28), "y")

    assert four_weeks(events=[before, after]).marks == ()


def test_numbers_too_near_to_each_other_stand_in_lanes():
    events = [Event(MONDAY + timedelta(offset), "x") for offset in (0, 1, 2, 3, 9)]

    chart = four_weeks(events=events)

    # A day is 3.7 % of the width and a number needs 7 %; the fourth finds the first lane free again.
    assert [mark.lane for mark in chart.marks] == [0, 1, 0, 1, 0]
    assert chart.lanes == 2
    assert [mark.height for mark in chart.marks[:2]] == ["-0.6em", "-2.1em"]


def test_a_crowd_of_events_goes_to_the_top_lane():
    chart = trend(
        "Pain",
        {},
        period=(MONDAY, MONDAY + timedelta(364)),
        events=[Event(MONDAY + timedelta(offset), "x") for offset in range(5)],
    )

    assert [mark.lane for mark in chart.marks] == [0, 1, 2, 2, 2]


def test_without_events_one_lane_is_kept():
    assert four_weeks().lanes == 1


# --- What a rule looked at ---------------------------------------------------------------------


def test_windows_are_shaded_as_far_as_they_are_seen():
    windows = [
        Window(MONDAY - timedelta(14), MONDAY - timedelta(1), "before"),
        Window(MONDAY - timedelta(7), MONDAY, "start"),
        Window(MONDAY + timedelta(21), MONDAY + timedelta(40), "now"),
        Window(MONDAY + timedelta(28), MONDAY + timedelta(40), "later"),
    ]

    bands = four_weeks(rule=(windows, None)).bands

    assert [(band.words, band.at, band.width) for band in bands] == [
        ("start", "0%", "0%"),
        ("now", "77.78%", "22.22%"),
    ]


def test_the_target_is_a_line_at_its_score_and_zero_is_one():
    assert four_weeks(rule=((), Target(4.3, "needs 4.3 or less"))).target.at == "57%"
    assert four_weeks(rule=((), Target(0, "no pain"))).target.at == "100%"


def test_a_patient_sees_no_target_and_no_window():
    chart = four_weeks()

    assert (chart.target, chart.bands) == (None, ())


# --- The same as a table -----------------------------------------------------------------------


def test_the_table_has_the_newest_week_first_and_a_hole_where_nothing_was_logged():
    wednesday = MONDAY + timedelta(2)
    days = days_from(wednesday, [0, 4, None, 5, 6, 7])

    weeks = trend("Pain", days, period=(wednesday, wednesday + timedelta(5))).weeks

    assert [week.monday for week in weeks] == [MONDAY + timedelta(7), MONDAY]
    assert weeks[1].scores == (None, None, 0, 4, None, 5, 6)
    assert weeks[1].average == pytest.approx(3.75)
    assert weeks[0].scores == (7, None, None, None, None, None, None)


def test_a_week_without_logs_has_no_average():
    (week,) = trend("Pain", {}, period=(MONDAY, MONDAY)).weeks

    assert week.average is None


def test_the_table_s_columns_are_the_days_from_monday():
    assert [day.weekday() for day in four_weeks().weekdays] == list(range(7))


# --- In words and small ------------------------------------------------------------------------


def test_the_sentence_compares_the_last_seven_days_with_the_seven_before():
    days = days_from(MONDAY, [6] * 7 + [0, None, 3, 3, 3, 3, 3])

    told = recent(days, today=MONDAY + timedelta(13))

    assert (told.last, told.before, told.logged) == (2.5, 6, 6)


def test_a_week_of_three_logs_has_no_average_and_is_compared_with_none():
    days = days_from(MONDAY, [6] * 7 + [0, None, 3, None, 3, None, None])
    told = recent(days, today=MONDAY + timedelta(13))
    assert (told.last, told.before, told.logged) == (None, 6, 3)

    page = render_to_string("_recent.html", {"recent": replace(told, asked=3)})
    more = render_to_string("_recent.html", {"recent": replace(told, asked=1)})
    assert "You logged 3 of 7 days." in more, "more than was asked for"
    assert " ".join(page.split()) == (
        "<p>Too few logs in the last 7 days for an average. Asked for 3, logged 3.</p>"
    )


def test_the_sentence_has_nothing_to_say_about_silence():
    told = recent({}, today=MONDAY)

    assert (told.last, told.before, told.logged) == (None, None, 0)


def test_a_sparkline_leaves_out_weeks_without_an_average():
    spark = sparkline([6.3, 6.1, None, 0, None, 5.0])

    assert spark.path == "M0 370h0L1 390M3 1000h0M5 500h0"
    assert (spark.width, spark.first, spark.last, spark.target) == (5, "6.3", "5.0", "")


def test_a_sparkline_shows_the_target_even_at_zero():
    assert sparkline([5.0], target=0).target == "1000"


def test_a_sparkline_of_nothing():
    spark = sparkline([None, None])

    assert (spark.path, spark.first, spark.last, spark.width) == ("", "", "", 1)


# --- On the page -------------------------------------------------------------------------------


def half_a_year():
    scores = [None if day % 5 == 4 else (7, 5, 6, 4)[day % 4] for day in range(180)]
    return trend("Pain", days_from(MONDAY, scores), period=(MONDAY, MONDAY + timedelta(179)))


def picture(chart):
    return drawn(render_to_string("_chart.html", {"chart": chart, "id": "pain"}))


def test_the_picture_has_a_name_and_a_description_for_those_who_hear_it():
    page = picture(four_weeks(events=[Event(MONDAY, "Physical therapy started")]))

    assert 'role="img" aria-labelledby="pain-title pain-desc"' in page
    assert "Pain, Jan. 5, 2026 to Feb. 1, 2026" in page
    assert "28 of 28 days logged. 1: Physical therapy started, Jan. 5, 2026." in page


def test_the_picture_needs_no_inline_style():
    assert "style=" not in picture(half_a_year())


def test_words_from_people_are_escaped():
    page = picture(four_weeks(events=[Event(MONDAY, "<script>alert(1)</script>")]))

    assert "<script>" not in page


def test_half_a_year_weighs_about_a_kilobyte_on_the_wire():
    assert len(gzip.compress(half_a_year().points.encode())) < 400
    raw = render_to_string("_chart.html", {"chart": half_a_year(), "id": "pain"})
    assert len(gzip.compress(raw.encode())) < 2500


def test_the_table_says_what_the_picture_says():
    page = render_to_string("_chart_table.html", {"chart": four_weeks()})

    assert page.count('<td class="number">5</td>') == 28
    assert page.count('<td class="number">5.0</td>') == 4


def test_the_sentence_reads_well_and_zero_is_said():
    page = render_to_string(
        "_recent.html", {"recent": recent(days_from(MONDAY, [0] * 4), today=MONDAY + timedelta(3))}
    )

    assert (
        " ".join(page.split())
        == "<p>Average last 7 days: 0.0. Lower is better. You logged 4 of 7 days.</p>"
    )


def test_the_sparkline_can_be_heard():
    page = render_to_string("_sparkline.html", {"spark": sparkline([6.3, None, 6.1], target=4.3)})

    assert 'aria-label="Weekly average from 6.3 to 6.1"' in page
    assert 'class="target" d="M0 570h2"' in page
