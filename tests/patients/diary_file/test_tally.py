from patients.diary_file import Tally


def test_a_tally_survives_a_pause():
    tally = Tally(bad=1)
    tally.taken["back"] += 1
    tally.leave_out("happiness")

    again = Tally.from_json(tally.to_json())

    assert again == tally
    assert (again.taken_in_all, again.left_out_in_all, again.rows) == (1, 1, 3)


def test_a_file_of_a_thousand_names_does_not_fill_the_memory():
    tally = Tally()
    for number in range(1000):
        tally.leave_out(f"name {number}")
    tally.leave_out("name 3")

    assert tally.left_out["name 3"] == 2
    assert tally.left_out["other names"] == 900
    assert len(tally.left_out) == 101


def test_a_text_in_the_place_of_a_name_is_not_kept():
    tally = Tally()
    tally.leave_out("x" * 61)

    assert tally.left_out == {"other names": 1}
