"""Whatever begins can end, and says who ended it: a walk through every table.

A new table needs a field that says when it is over, or a reason here why it has none. People come, change
and go; what nobody can end stays theirs, or open, for ever.
"""

import pghistory
import pytest
from django.apps import apps
from django.db.models import DateField

from spinecare.privileges import APPS, DELETED

ENDS = {
    "cancelled_at", "closed_at", "closed_on", "discussed_at", "ended_at", "ended_on", "ends_on",
    "expires_at", "given_up_at", "reviewed_at", "settled_at", "retired_at", "until", "until_on",
    "withdrawn_at",
}  # fmt: skip
# A clock ends these, or the product itself; nobody has to say who did.
BY_THE_CLOCK = {"expires_at", "given_up_at"}
WITHOUT_END = {
    "accounts.Clinic": "it ends with its installation; its people's memberships end one by one",
    "accounts.User": "closed and opened again by `is_active` (accounts/actions/disable.py)",
    "patients.FunctionScore": "answers of one moment, which do not run on; another one is filled in",
    "patients.OptionWeighed": "part of a reassessment, which is withdrawn as a whole",
    "patients.PriorTreatment": "what was before the first trial: over when it is written down",
    "patients.PatientMerge": "undone within a day (`undone_at`); after it the record is one",
    "patients.RiskFactAnswer": "the newest answer of the patient is the one that counts",
    "patients.SignSeen": "part of a reassessment, which is withdrawn as a whole",
    "patients.TrialReview": "one row for each trial, worked out anew, and over with it",
    "scheduling.VisitReminder": "a message that is due: sent or dropped, which its notice says",
}
# Published versions are sealed: another version follows them.
SEALED = "pathway"


def tables():
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if app != SEALED and not issubclass(model, pghistory.models.Event):
                yield model


def is_append_only(model):
    """Corrected by a further row."""
    return any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ()))


def ends_of(model):
    """A moment or a day; a list of days (a clinic's holidays) ends nothing."""
    moments = (field for field in model._meta.concrete_fields if isinstance(field, DateField))
    return ENDS & {field.name for field in moments}


def label(model):
    return model._meta.label


@pytest.mark.parametrize("model", list(tables()), ids=label)
def test_what_begins_can_end_or_a_reason_is_written(model):
    can_end = ends_of(model) or is_append_only(model) or label(model) in DELETED
    assert bool(can_end) != (label(model) in WITHOUT_END), (
        f"{label(model)}: give it a way to end, or say in WITHOUT_END why it needs none"
    )


@pytest.mark.parametrize("model", [one for one in tables() if ends_of(one)], ids=label)
def test_the_end_says_who_and_when(model):
    """In a column beside it, or in its history, which names the person of each change."""
    columns = {field.name for field in model._meta.concrete_fields}
    for end in ends_of(model) - BY_THE_CLOCK:
        by = end.replace("_at", "_by").replace("_on", "_by")
        is_told = by in columns or hasattr(model, "pgh_event_model")
        assert is_told or label(model) in DELETED, f"{label(model)}.{end}"


def test_no_reason_outlives_its_table():
    assert set(WITHOUT_END) <= set(map(label, tables()))
