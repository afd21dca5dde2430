from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.known import json_object
from patients.models.follow_merge import follows_merge
from patients.queries.records import AnswerDraftQuerySet


class AnswerDraft(models.Model):
    """The answers of a page that was left before it was sent: one set per patient and page.

    They are the patient's alone: the record begins when they are sent.
    """

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="answer_drafts")
    form = models.CharField(max_length=60, help_text="Which form, such as a questionnaire's key.")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects = AnswerDraftQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            *json_object("draft", "answers"),
            models.UniqueConstraint(fields=["patient", "form"], name="one_draft_of_a_form"),
            models.CheckConstraint(condition=~Q(form=""), name="answer_draft_names_form"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.form}"
