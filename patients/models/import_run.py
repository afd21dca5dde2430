from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import json_list, json_object, one_of
from patients.diary_file import FilePlace, Header, Preview, Tally
from patients.models.follow_merge import follows_merge
from patients.queries.records import ImportBadLineQuerySet, ImportRunQuerySet

# A worker that lives looks at every file many times within this.
HELD_UP_AFTER = timedelta(seconds=30)


class ImportRun(models.Model):
    """One file of a patient's diary on its way into the record. The row is the queue: while `due_at`
    is set, a worker reads on from `offset`. Progress, so it keeps no history; the logs do."""

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        COLUMNS = "columns", _("Waiting for its columns")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, not imported yet")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        TAKEN_BACK = "taken_back", _("Taken back")
        DROPPED = "dropped", _("Dropped")
        FAILED = "failed", _("Could not be read")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="import_runs")
    episode = models.ForeignKey(
        "patients.Episode", models.PROTECT, null=True, related_name="+",
        help_text="Where all reports go; by the name of their region when empty.",
    )  # fmt: skip
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=100, blank=True, help_text="Kept until the run has ended.")
    size = models.BigIntegerField()
    digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the file as it was sent."
    )
    skip_lines = models.PositiveSmallIntegerField(
        default=0, help_text="Lines at the top in which the names are not looked for."
    )
    names = models.JSONField(default=list, help_text="Of the columns, in their order.")
    delimiter = models.CharField(max_length=1, blank=True)
    rows_from = models.BigIntegerField(default=0, help_text="The byte behind the header.")
    rows_from_line = models.PositiveIntegerField(default=0)
    first_look = models.JSONField(default=dict, help_text="A Preview: small, whatever the file is.")
    columns = models.JSONField(default=dict, help_text="Field: column.")
    chosen = models.JSONField(
        default=dict, help_text="Name of a region in the file: where it goes."
    )
    typed_in = models.CharField(max_length=64, help_text="The zone of times without one.")
    day_order = models.CharField(
        max_length=3, blank=True, help_text="What was answered: are days meant day or month first?"
    )
    newest_first = models.BooleanField(
        default=False,
        help_text="Of two reports of a day without a time the upper one is the later.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    problem = models.CharField(
        max_length=500, blank=True, help_text="Why the file cannot be read, and what to do."
    )
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it waits to be read on."
    )
    tries = models.PositiveSmallIntegerField(
        default=0,
        help_text="Begun and not ended, one after the other: did the file kill its worker?",
    )
    offset = models.BigIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            one_of(
                "import",
                "state",
                "reading columns checking checked importing done taken_back dropped failed",
            ),
            one_of("import", "day_order", "dmy mdy ymd", blank=True),
            *json_list("import", "names"),
            *json_object("import", "first_look", "columns", "chosen", "tally"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="import_confirmed_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None) & ~Q(state="taken_back")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False, state="taken_back"),
                name="import_taken_back_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["importing", "done", "taken_back"])
                | Q(confirmed_at__isnull=False),
                name="import_only_when_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(state__in=["reading", "checking", "importing"]),
                name="import_due_while_reading",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="imports_due")
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"

    @property
    def header(self) -> Header:
        return Header(
            tuple(self.names), self.delimiter, FilePlace(self.rows_from, self.rows_from_line)
        )

    @property
    def is_reading(self) -> bool:
        return self.state in {self.State.READING, self.State.CHECKING, self.State.IMPORTING}

    def is_held_up(self, now: datetime) -> bool:
        """Nobody has read on for a while: other files come first, or no worker is there."""
        return self.due_at is not None and now - self.due_at > HELD_UP_AFTER

    @property
    def can_be_planned(self) -> bool:
        """The file waits here for somebody to say what its columns hold; a command has its own."""
        return bool(self.path) and self.state in {self.State.COLUMNS, self.State.CHECKED}

    @property
    def is_read_to_its_end(self) -> bool:
        return self.offset >= self.size

    @property
    def share_read(self) -> int:
        """Percent of the file's bytes."""
        return 100 * self.offset // max(self.size, 1)

    @property
    def preview(self) -> Preview:
        return Preview.from_json(self.first_look)

    @property
    def counts(self) -> Tally:
        return Tally.from_json(self.tally)


class ImportBadLine(models.Model):
    """A line that was not taken, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="bad_lines")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)

    objects = ImportBadLineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["run", "line"], name="bad_lines_in_order")]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


class ImportSeenRow(models.Model):
    """A row that the run has read, so that a repetition further down is found in constant memory.
    Gone when the run has read its file."""

    pk = models.CompositePrimaryKey("run_id", "submission_id")
    run = models.ForeignKey(ImportRun, models.CASCADE, db_index=False, related_name="seen_rows")
    submission_id = models.UUIDField()
    line = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"Line {self.line}"
