"""What the reviewed source says, and what it must never say."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from pathway.models.part import Part

SIGN_OFF = Path("docs/clinical-safety.md")


def texts_for_patients(protocol):
    yield protocol.summary
    for tier in protocol.tiers.all():
        yield from (tier.summary, tier.enter_when, tier.leave_when)
    yield from protocol.modalities.values_list("summary", flat=True)
    for condition in protocol.conditions.all():
        yield from (condition.summary, condition.usual_care)
    yield from protocol.questions.values_list("answer", flat=True)
    yield from protocol.messages.values_list("patient", flat=True)
    yield from protocol.evidence.values_list("finding", flat=True)


def test_no_patient_text_holds_a_percentage_or_a_promise(protocol):
    for text in texts_for_patients(protocol):
        assert not re.search(r"%|per ?cent|\bcure|guarantee|failed|stuck", text), text


def test_no_patient_sentence_names_a_treatment_as_the_next_step(protocol):
    for sentence in protocol.messages.values_list("patient", flat=True):
        assert not re.search(r"injection|surg|fibrin|medicine|opioid", sentence)


@pytest.mark.parametrize("key", ["tens", "traction", "therapeutic-ultrasound", "lumbar-belt"])
def test_what_is_no_routine_carries_its_mark_and_needs_no_image(protocol, key):
    modality = protocol.modalities.get(key=key)
    assert modality.tier.level == 2
    assert modality.mark == "not recommended as routine (WHO 2023)"
    assert [each.key for each in modality.evidence] == ["who-2023"]


def test_opioids_come_with_do_not_stop_suddenly(protocol):
    assert "do not stop suddenly on your own" in protocol.modalities.get(key="opioid").summary


def test_epidural_injections_show_both_sides_to_clinicians(protocol):
    injection = protocol.modalities.get(key="epidural-steroid-injection")
    assert {"aan-2025", "bmj-2025"} <= {each.key for each in injection.evidence}
    assert "AAN 2025" in injection.clinician_note
    assert "34 societies" in injection.clinician_note


def test_what_guidelines_say_for_and_against_stands_side_by_side(protocol):
    for key, words in {
        "acupuncture-or-dry-needling": ("WHO 2023: conditional, for", "NICE NG59: no acupuncture"),
        "neuropathic-agent": ("ACP 2017 and VA/DoD 2022 for", "NICE and WHO 2023 against"),
        "radiofrequency-ablation": ("strong recommendation against", "34 societies"),
    }.items():
        note = " ".join(protocol.modalities.get(key=key).clinician_note.split())
        for each in words:
            assert each in note, (key, each)


def test_the_course_of_long_pain_rests_on_the_newer_review(protocol):
    citing = protocol.windows.filter(evidence_keys__contains=["menezes-costa-2012"])
    assert citing
    assert all("cmaj-2024" in window.evidence_keys for window in citing)


def test_a_complaint_that_may_be_of_the_neck_says_how_little_is_known_there(protocol):
    for condition in protocol.conditions.exclude(key="sciatica"):
        assert "for the neck less is known" in condition.usual_care


def test_disc_change_on_imaging_does_not_count_alone(protocol):
    alone = dict(protocol.ceiling_signs.values_list("key", "counts_alone"))
    assert alone == {
        "relapse-after-each-cycle": True,
        "function-not-improved": True,
        "progressive-disc-change": False,
    }


def test_there_are_four_options_and_none_is_the_default(protocol):
    assert protocol.options.count() == 4
    assert not {field.name for field in apps.get_model("pathway.Option")._meta.fields} & {
        "default",
        "preferred",
        "rank",
    }


def test_fever_and_loss_of_control_are_asked_on_every_log(protocol):
    asked = protocol.safety_questions.filter(on_every_log=True).values_list("key", flat=True)
    assert set(asked) == {
        *("numbness-between-legs", "bladder", "bowel", "weakness", "accident", "fever"),
        "clumsy-hands",  # of people with a neck complaint
    }


def test_each_question_asks_for_what_is_new_or_worse(protocol):
    """What stands for years is a risk fact: a question that names none of these words is one."""
    change = re.compile(r"\b(new|newly|sudden|just|since your injection|worse)\b", re.IGNORECASE)
    standing = [
        each.key for each in protocol.safety_questions.all() if not change.search(each.text)
    ]
    assert standing == ["morning-stiffness"]


def test_a_neck_has_its_questions_and_a_back_is_not_asked_them(protocol):
    neck = protocol.safety_questions.filter(asked_of="neck").values_list("key", flat=True)
    assert set(neck) == {
        *("clumsy-hands", "unsteady-walking", "neck-worst-pain", "neck-artery-signs"),
    }


def test_the_safety_file_lists_exactly_what_awaits_sign_off(protocol):
    listed = set(
        re.findall(r"^\| `([a-z]+)` \| `([a-z0-9_-]+)` \|", SIGN_OFF.read_text(), re.MULTILINE)
    )
    parts = [each for each in apps.get_app_config("pathway").get_models() if issubclass(each, Part)]
    waiting = {
        (model._meta.model_name, key)
        for model in parts
        for key in model.objects.filter(protocol=protocol, verified=False).values_list(
            "key", flat=True
        )
    }
    assert listed == waiting
