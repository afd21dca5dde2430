"""A criteria set is published whole, with every number checked, and never changes again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction

from pathway.models import CriteriaSet, Protocol
from pathway.publish_criteria import publish_criteria
from pathway.source import ProtocolRefused
from pathway.source.criteria import read_criteria

FOLDER = Path("pathway/criteria")
FILES = sorted(FOLDER.glob("*.toml"))
MRI = FOLDER / "lumbar-mri-acr.toml"

pytestmark = pytest.mark.django_db


def text(old="", new=""):
    source = MRI.read_text()
    assert old in source
    return source.replace(old, new, 1) if old else source


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_our_sets_can_be_published(file, now):
    published, is_new = publish_criteria(source=file.read_text(), now=now)

    assert (published.key, published.version, is_new) == (file.stem, 1, True)
    assert not published.checked_by, "nobody has compared the numbers with the source yet"
    assert [line.key for line in published.lines] == [line["key"] for line in published.criteria]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_treatments_that_they_name_are_the_protocols(file, protocol):
    known = {*Protocol.objects.current().modalities.values_list("key", flat=True), ""}
    row = read_criteria(file.read_text())

    assert row.modality in known
    named = {kind for line in row.criteria for kind in line["told"].get("kinds", [])}
    assert named <= known
    scales = {scale for line in row.criteria for scale in line["told"].get("scales", [])}
    assert scales <= {*protocol.instruments.values_list("key", flat=True)}


def test_the_same_words_make_no_second_version(now):
    first, _new = publish_criteria(source=text(), now=now)
    again, is_new = publish_criteria(source=f"# a comment\n{text()}", now=now)

    assert (again, is_new) == (first, False)


def test_another_number_makes_a_second_version(now):
    publish_criteria(source=text(), now=now)
    second, is_new = publish_criteria(source=text("weeks = 6", "weeks = 8"), now=now)

    assert (second.version, is_new) == (2, True)
    assert list(CriteriaSet.objects.in_force()) == [second]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('test = "visit_after"', 'test = "likely_approved"', "line 31: criteria[re-evaluation].test: is not a known test"),
        ("weeks = 6", 'weeks = "six"', "criteria[duration].weeks: has to be a number"),
        ("weeks = 6", "weeks = 0", "criteria[duration].weeks: has to be a number"),
        ("weeks = 6", "weeks = 6.5", "criteria[duration].weeks: has to be a number"),
        ("weeks = 6", "", "criteria[duration].weeks: is missing"),
        ("weeks = 6", "weeks = 6\npercent = 5", "criteria[duration].percent: means nothing to pain_weeks_at_least"),
        ("levels = [1, 2, 3]", "levels = []", "has to be a list of numbers"),
        ('key = "care"', 'key = "duration"', "stands above already"),
        ('unless = "safety_skip"', 'unless = "payment"', "can only be safety_skip"),
        ('regions = ["back"]', 'regions = ["knee"]', "has to name neck, back or both"),
        ("checked_on = 2026-11-30", 'checked_on = "today"', "has to be a day"),
        ("expires_on = 2027-11-30", "expires_on = 2026-11-30", "is not after the day of the check"),
        ('payer = "', 'payer = ""\nx = "', "payer: has to be a text"),
        ('source_url = "https', 'source_url = "javascript', "source_url: Enter a valid URL"),
        ('key = "lumbar-mri-acr"', 'key = "no slug!"', "key: Enter a valid"),
        ("source_id", "source_idea", "is not a key of a criteria set"),
        ("[[criteria]]", "[criteria]", ""),
        ('key = "lumbar-mri-acr"', 'key = "', ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(now, old, new, why):
    with pytest.raises(ProtocolRefused) as refused:
        publish_criteria(source=text(old, new), now=now)

    assert why in str(refused.value)
    assert not CriteriaSet.objects.exists()


def test_a_set_without_criteria_is_refused(now):
    with pytest.raises(ProtocolRefused, match="has to be a list of"):
        publish_criteria(source=text().split("[[criteria]]")[0], now=now)


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(payer="X"), lambda rows: rows.delete()]
)
def test_a_published_set_never_changes(now, change):
    publish_criteria(source=text(), now=now)

    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        change(CriteriaSet.objects.all())


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"version": 1}, "criteria_set_version_once"),
        ({"version": 0}, "criteria_set_version_from_one"),
        ({"version": 2, "expires_on": "2026-11-30"}, "criteria_set_expires_after_its_check"),
    ],
)
def test_the_database_refuses_what_cannot_be(now, wrong, constraint):
    row, _new = publish_criteria(source=text(), now=now)
    row.pk = None
    for name, value in wrong.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


def test_the_command_publishes_all_or_nothing(tmp_path, capsys):
    call_command("publish_criteria", str(FOLDER))
    assert CriteriaSet.objects.count() == len(FILES)
    call_command("publish_criteria", str(MRI))
    assert (
        "Nothing new: MRI of the low back after six weeks of care (ACR), version 1."
        in capsys.readouterr().out
    )

    broken = tmp_path / "broken.toml"
    broken.write_text(text("weeks = 6", "weeks = -6"))
    newer = tmp_path / "newer.toml"
    newer.write_text(text("weeks = 6", "weeks = 8"))
    with pytest.raises(CommandError, match="nothing was published"):
        call_command("publish_criteria", str(newer), str(broken))
    assert CriteriaSet.objects.count() == len(FILES)
