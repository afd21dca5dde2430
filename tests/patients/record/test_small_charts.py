"""Small charts: over the same days as the large one, gaps stay gaps, zero is a score."""

from datetime import date, timedelta

from patients.record.small_charts import StripRun, daily, falls_in, now_and_then, strip, week_lines

MONDAY = date(2026, 1, 5)
FOUR_WEEKS = (MONDAY, MONDAY + timedelta(27))


def day(offset):
    return MONDAY + timedelta(offset)


def every_week(scores, top=10, every=7):
    days = {day(7 * week): score for week, score in enumerate(scores) if score is not None}
    return now_and_then("Daily life", days, period=FOUR_WEEKS, top=top, every=every)


def test_a_line_leads_from_one_weekly_answer_to_the_next():
    assert every_week([10, 5, 0]).line == "M0 0L7 500M7 500L14 1000"


def test_no_line_leads_over_a_week_without_an_answer():
    assert every_week([10, None, 0, 0]).line == "M14 1000L21 1000"


def test_another_scale_is_drawn_on_its_own_axis():
    panel = every_week([24, 12], top=24, every=28)

    assert panel.ticks == [("0%", 24), ("50%", 12), ("100%", 0)]
    assert panel.line == "M0 0L7 500"


def test_a_daily_measure_has_the_line_of_seven_days():
    panel = daily("Leg", {day(n): 4 for n in range(7)}, period=FOUR_WEEKS)

    assert panel.line == panel.chart.line
    assert panel.line.startswith("M3 600")


def test_the_table_gives_each_measure_in_its_own_scale_and_leaves_empty_weeks_out():
    pain = daily(
        "Pain", {day(0): 0, day(1): 2, **{day(n): 4 for n in range(21, 25)}}, period=FOUR_WEEKS
    )
    ticks = every_week([24, 12], top=24)

    lines = week_lines([pain, ticks])

    assert [(line.monday, line.averages) for line in lines] == [
        (day(21), (4, None)),
        (day(7), (None, 12)),
        (day(0), (None, 24)),
    ]


def test_scores_outside_the_period_make_no_chart():
    assert falls_in({day(0): 0}, FOUR_WEEKS)
    assert not falls_in({day(-1): 5, day(28): 5}, FOUR_WEEKS)


class TestStrip:
    def test_a_step_that_runs_reaches_to_the_end(self):
        drawn = strip([StripRun(2, "Therapy", day(14), None)], period=(MONDAY, day(28)))

        (bar,) = drawn.bars
        assert (bar.at, bar.width, bar.lane, drawn.lanes) == ("50%", "50%", 0, 1)

    def test_one_after_the_other_share_a_lane_and_steps_beside_have_their_own(self):
        runs = [
            StripRun(3, "Medication", day(20), None),
            StripRun(1, "Self-care", day(-30), day(7)),
            StripRun(2, "Therapy", day(7), None),
        ]
        drawn = strip(runs, period=(MONDAY, day(28)))

        assert [(bar.level, bar.lane) for bar in drawn.bars] == [(1, 0), (2, 0), (3, 1)]
        assert drawn.bars[0].at == "0%"
        assert drawn.lanes == 2
        assert drawn.bars[2].top == "3.7em"
        assert drawn.bars[2].baseline == "4.65em"

    def test_a_step_before_or_after_the_period_is_left_out(self):
        runs = [StripRun(1, "Self-care", day(-30), day(0)), StripRun(2, "Therapy", day(40), None)]

        assert strip(runs, period=FOUR_WEEKS).bars == ()

    def test_a_step_of_one_day_and_a_period_of_one_day_can_be_drawn(self):
        (bar,) = strip([StripRun(1, "Self-care", MONDAY, MONDAY)], period=(MONDAY, MONDAY)).bars

        assert (bar.at, bar.width) == ("0%", "0%")
