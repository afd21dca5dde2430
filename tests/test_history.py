"""No clinical table without history: tracked, append-only, or stated here why not."""

import pytest
from django.apps import apps

DERIVED = {
    "patients.ReviewDue": "the queue: rows come and go",
    "patients.TrialReview": "what the rules last said, derived from the logs",
    "patients.ImportRun": "a piece of work, not a part of the record",
    "patients.ImportSeenRow": "the same: a row of the file, to take none twice",
    "patients.ImportBadLine": "the same: a line that could not be read",
    "patients.SavedView": "somebody's own filter of the worklist",
    "patients.AnswerDraft": "not sent yet: the record begins when they are",
    "accounts.JobFailure": "what a job could not do, until it is done",
    "accounts.AccountMail": "on its way, and gone once it is sent",
    "accounts.HeldForm": "not sent yet, and forgotten within the hour",
    "accounts.SpentAssertion": "used once, and forgotten when it would have run out",
    "accounts.Notice": "the outbox; what was sent is kept as the row itself",
    "scheduling.TextMessage": "the outbox of texts; what was sent is kept as the row itself",
}
APPS = ("accounts", "patients", "scheduling")
MODELS = [
    model
    for app in APPS
    for model in apps.get_app_config(app).get_models()
    if not model.__name__.endswith("Event")
]


def is_append_only(model):
    return any(trigger.name == "append_only" for trigger in model._meta.triggers)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_keeps_its_history(model):
    tracked = hasattr(model, "pgh_event_models")
    has_triggers = hasattr(model._meta, "triggers")
    kept = tracked or (has_triggers and is_append_only(model))
    assert kept != (model._meta.label in DERIVED), model._meta.label


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_is_tracked_keeps_what_is_deleted_too(model):
    if hasattr(model, "pgh_event_models"):
        assert "delete" in model.pgh_event_models


def test_the_list_of_exceptions_names_tables_that_exist():
    labels = {model._meta.label for model in MODELS}
    assert set(DERIVED) <= labels
