"""A packet is how the record answered on one day: signed, whole, and the same on every later day."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from patients.models import CriterionStatement, Packet
from patients.packets.actions import SetExpired, digest_of, sign_packet
from patients.packets.selectors.drawing import drawing_of
from patients.portal.export.tables import export_tables_of
from patients.record.actions.records import withdraw_record
from tests.factories import keep_diary
from tests.pages import drawn
from tests.patients.hostile import allow, put
from tests.patients.record_data import a_medicine, an_image, an_injection, relief

ESI = "medicare-esi-first"


@pytest.fixture
def care(episode, trial, dr_kim, now):
    """A diary, a medicine, an injection with its relief and a picture."""
    keep_diary(episode, [7, 6, 0], (now - timedelta(days=1)).date())
    a_medicine(episode, dr_kim, now, days_ago=20)
    relief(an_injection(episode, dr_kim, now, days_ago=14), dr_kim, now)
    return an_image(episode, dr_kim, now)


@pytest.fixture
def sign(desk, episode, sets):
    def signed(key=ESI):
        return desk.post(reverse("sign_packet", args=[episode.pk, key]))

    return signed


@pytest.fixture
def packet(care, sign):
    sign()
    return Packet.objects.get()


def page_of(desk, packet):
    return drawn(desk.get(reverse("packet", args=[packet.pk])))


def paper_of(page):
    return page.split("Print this page")[1].split("</table> </main>")[0].split("<footer")[0]


def test_everything_that_the_plan_asks_is_on_the_paper(desk, packet, trial, maria):
    page = page_of(desk, packet)

    for words in (
        f"Maria Ortiz, born {maria.birth_date.isoformat()}, record {maria.number}", "Epidural steroid injection, first",
        "Pain for four weeks or more: Met", "A plan decides; this is a summary of the record.",
        "MRI Low back: Disc bulge L4/5", "Epidural steroid injection, L4/5, Left", "Naproxen",
        "Step 2: Physical and manual therapy", "Signed by Dr. Kim",
        "not compared with the source by anybody yet",
        "Criteria that are met say nothing about benefit.",
    ):  # fmt: skip
        assert words in page, words
    assert "approved" not in page.casefold()
    assert 'polyline points="' in desk.get(reverse("packet", args=[packet.pk])).text


def test_two_identifiers_stand_in_the_head_that_each_sheet_repeats(desk, packet, maria):
    head = re.search(
        r"<thead>(.*?)</thead>", desk.get(reverse("packet", args=[packet.pk])).text, re.DOTALL
    )

    assert all(
        words in head[1] for words in (maria.name, maria.birth_date.isoformat(), maria.number)
    )


def test_the_packet_says_what_the_page_said(desk, packet, episode):
    page = drawn(desk.get(reverse("proof", args=[episode.pk, ESI])))

    for line in packet.content["lines"]:
        assert f"{line['title']}: {line['words']}" in page
        assert line["why"] in page
        for row in line["proof"]:
            assert row["what"] in page


def test_a_packet_stays_as_it_was_signed(desk, packet, care, dr_kim, episode, now):
    before = page_of(desk, packet)
    withdraw_record(record=care, by=dr_kim, now=now)
    type(episode.patient).objects.update(name="Maria Ortiz-Lopez")

    after = page_of(desk, packet)

    assert "Maria Ortiz, born" in after
    assert "Disc bulge L4/5" in after
    assert paper_of(before) == paper_of(after)


def test_its_digest_can_be_worked_out_again(packet):
    packet.refresh_from_db()

    assert digest_of(packet.content) == packet.digest
    assert digest_of(dict(reversed(packet.content.items()))) == packet.digest


def test_one_letter_less_and_the_page_says_so(desk, packet, monkeypatch):
    assert "not as it was signed" not in page_of(desk, packet)

    monkeypatch.setattr("patients.packets.actions.digest_of", lambda _content: "0" * 64)

    assert "This packet is not as it was signed." in page_of(desk, packet)


def test_a_packet_without_content_says_that_it_is_not_whole(desk, packet):
    allow(Packet)
    put(Packet, [packet.pk], content="{}")

    assert "This packet is not as it was signed." in page_of(desk, packet)


def test_a_second_press_signs_nothing_more(sign, care):
    assert sign().url == sign().url
    assert Packet.objects.count() == 1


def test_another_day_is_another_packet(packet, episode, sets, dr_kim, now):
    tomorrow = now + timedelta(days=1)
    again = sign_packet(episode=episode, asked=sets[ESI], by=dr_kim, now=tomorrow)

    assert again.content["as_of"] == tomorrow.date().isoformat()
    assert Packet.objects.count() == 2


def test_against_an_expired_set_nothing_is_signed(desk, episode, sets, dr_kim):
    later = timezone.now() + timedelta(days=600)
    with pytest.raises(SetExpired):
        sign_packet(episode=episode, asked=sets[ESI], by=dr_kim, now=later)
    with time_machine.travel(later, tick=False):
        address = reverse("sign_packet", args=[episode.pk, ESI])
        desk.force_login(dr_kim)
        desk.post(address)
    assert not Packet.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(digest="0" * 64), lambda rows: rows.delete()]
)
def test_nobody_changes_a_packet(packet, change):
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        change(Packet.objects.all())


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [({"digest": "short"}, "packet_has_its_digest"), ({"content": []}, "packet_content_shaped")],
)
def test_the_database_refuses_what_cannot_be(packet, wrong, constraint):
    packet.pk = None
    for name, value in wrong.items():
        setattr(packet, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        packet.save(force_insert=True)


def test_a_statement_names_its_line(episode, sets, dr_kim, now):
    row = CriterionStatement(
        episode=episode, criteria_set=sets[ESI], key="", holds=True, stated_at=now, stated_by=dr_kim
    )
    with (
        pytest.raises(IntegrityError, match="criterion_statement_names_its_line"),
        transaction.atomic(),
    ):
        row.save()
    row.key = "it"
    assert str(row) == "it: yes"


def test_a_stranger_cannot_read_it(sign_in, ann, sam, packet):
    address = reverse("packet", args=[packet.pk])
    assert sign_in(ann).get(address).status_code in {403, 404}
    assert sign_in(sam).get(address).status_code == 403


def test_the_patient_has_it_in_her_copy(packet, maria):
    tables = {table.name: list(table.rows) for table in export_tables_of(maria)}

    assert len(tables["packet"]) == 1
    assert packet.digest in tables["packet"][0]


def test_a_record_without_logs_has_a_packet_too(desk, sign, episode):
    sign("va-more-visits")

    assert "No logs." in page_of(desk, Packet.objects.get())


def test_weeks_without_a_log_are_a_gap():
    weeks = [["2026-01-05", 3, 8.0], ["2026-01-12", 2, 4.0], ["2026-02-02", 1, 0.0]]

    drawing = drawing_of(weeks, ["2026-01-20"])

    assert [len(line.split()) for line in drawing.lines] == [2, 1]
    assert drawing.lines[1] == "624.0,108.0"
    assert len(drawing.marks) == 1
    assert drawing_of([], []) is None
    assert drawing_of(weeks[:1], []).lines == ["24.0,28.0"]
