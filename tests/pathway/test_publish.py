"""Publishing: a whole version or nothing, and nothing twice."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from pathway.management.commands.publish_protocol import translations_of
from pathway.models import Evidence, Protocol
from tests.conftest import MONDAY_MORNING, SOURCE, write_translations_beside


def command(tmp_path, text, *options):
    file = tmp_path / "protocol.toml"
    file.write_text(text)
    write_translations_beside(file)
    out = StringIO()
    call_command("publish_protocol", str(file), *options, stdout=out)
    return out.getvalue()


def test_the_first_publication_is_version_one_and_whole(publish, reviewed_text):
    published = publish(reviewed_text)
    protocol = Protocol.objects.current("on-trial")
    assert published.is_new
    assert published.changes == ()
    assert protocol == published.protocol
    assert (protocol.version, protocol.sealed) == (1, True)
    assert protocol.published_at == MONDAY_MORNING
    assert protocol.source == reviewed_text
    assert protocol.tiers.count() == 5
    assert protocol.windows.count() == 15
    assert protocol.conditions.count() == 6
    assert protocol.questions.count() == 7
    assert protocol.instruments.get(key="rmdq").items.count() == 24


def test_the_same_content_twice_publishes_nothing_new(publish, reviewed_text):
    first = publish(reviewed_text)
    again = publish(f"# read once more\n{reviewed_text}", now=MONDAY_MORNING + timedelta(days=1))
    assert not again.is_new
    assert again.protocol == first.protocol
    assert Protocol.objects.versions("on-trial").count() == 1


def test_a_changed_source_becomes_the_next_version_and_the_old_one_stays(
    publish, reviewed_text, rewrite
):
    old = publish(reviewed_text).protocol
    new = publish(rewrite("value = 1.20", "value = 1.30"))
    assert new.protocol.version == 2
    assert new.changes == ["changed thresholds[plateau_logodds].value: 1.20 -> 1.30"]
    assert Protocol.objects.current("on-trial") == new.protocol
    assert old.thresholds.plateau_logodds == 1.20
    assert new.protocol.thresholds.plateau_logodds == 1.30


def test_going_back_to_an_older_text_is_a_version_of_its_own(publish, reviewed_text, rewrite):
    publish(reviewed_text)
    publish(rewrite("value = 1.20", "value = 1.30"))
    assert publish(reviewed_text).protocol.version == 3


def test_what_was_added_and_what_was_removed_is_said(publish, reviewed_text, rewrite):
    unmarked = {
        language: re.sub(r"(\[modalities\.opioid\](?:\n(?!\[).*)*?)\nmark = .*", r"\1", text)
        for language, text in translations_of(SOURCE).items()
    }
    publish(rewrite('mark = "not for long-term use"\n', ""), spoken=unmarked)
    text = reviewed_text.replace('loinc = "72514-3"\n', "")
    assert publish(text).changes[:3] == [
        "added   tiers[medication].modalities[opioid].mark = not for long-term use",
        "removed instruments[nrs].loinc = 72514-3",
        "es: added   modalities.opioid.mark = no es para uso prolongado",
    ]


def test_a_version_that_breaks_half_way_leaves_nothing_behind(publish, reviewed_text):
    rows = Evidence.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pathway_threshold ADD CONSTRAINT shut CHECK (false) NOT VALID")
    with pytest.raises(IntegrityError, match="shut"), transaction.atomic():
        publish(reviewed_text)
    assert Evidence.objects.count() == rows
    assert not Protocol.objects.filter(key="on-trial").exists()


@pytest.mark.django_db
def test_the_command_publishes_and_says_so(tmp_path, reviewed_text, rewrite):
    assert "Published Conservative spine care, version 1." in command(tmp_path, reviewed_text)
    assert "Nothing new: Conservative spine care, version 1" in command(tmp_path, reviewed_text)
    said = command(tmp_path, rewrite("value = 1.20", "value = 1.30"))
    assert "changed thresholds[plateau_logodds].value: 1.20 -> 1.30" in said
    assert "version 2" in said


@pytest.mark.django_db
def test_a_dry_run_reports_and_publishes_nothing(tmp_path, reviewed_text):
    said = command(tmp_path, reviewed_text, "--dry-run")
    assert "Would publish Conservative spine care, version 1." in said
    assert not Protocol.objects.filter(key="on-trial").exists()


@pytest.mark.django_db
def test_the_command_names_every_problem(tmp_path, rewrite):
    text = rewrite("level = 2\n", "").replace('title = "Heat"', 'title = ""')
    with pytest.raises(CommandError) as refused:
        command(tmp_path, text)
    assert "was not published" in str(refused.value)
    assert "modalities[heat].title" in str(refused.value)
    assert "tiers[physical-and-manual-therapy].level" in str(refused.value)


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("publish_protocol", str(tmp_path / "nowhere.toml"))
