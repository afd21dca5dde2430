from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.diary_file import FilePlace, Header, Tally
from patients.queries.records import ImportBadLineQuerySet, ImportRunQuerySet


class ImportRun(models.Model):
    """One file of a patient's diary on its way into the record. The row is the queue: while `due_at`
    is set, a worker reads on from `offset`. Progress, so it keeps no history; the logs do."""

    class State(models.TextChoices):
        COLUMNS = "columns", _("Waiting for its columns")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, not imported yet")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
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
    names = models.JSONField(help_text="Of the columns, in their order.")
    delimiter = models.CharField(max_length=1)
    rows_from = models.BigIntegerField(help_text="The byte behind the header.")
    rows_from_line = models.PositiveIntegerField()
    columns = models.JSONField(default=dict, help_text="Field: column.")
    chosen = models.JSONField(
        default=dict, help_text="Name of a region in the file: where it goes."
    )
    typed_in = models.CharField(max_length=64, help_text="The zone of times without one.")
    state = models.CharField(max_length=10, choices=State, default=State.COLUMNS)
    due_at = models.DateTimeField(null=True, blank=True)
    offset = models.BigIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="import_confirmed_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["importing", "done"]) | Q(confirmed_at__isnull=False),
                name="import_only_when_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(state__in=["checking", "importing"]),
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
        return self.state in {self.State.CHECKING, self.State.IMPORTING}

    @property
    def can_be_planned(self) -> bool:
        """The file waits here for somebody to say what its columns hold; a command has its own."""
        return bool(self.path) and self.state in {self.State.COLUMNS, self.State.CHECKED}

    @property
    def share_read(self) -> int:
        """Percent of the file's bytes."""
        return 100 * self.offset // self.size

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
    """A row that the run has met, so that the same row further down is known in constant memory.
    Gone when the run has read its file."""

    pk = models.CompositePrimaryKey("run_id", "submission_id")
    run = models.ForeignKey(ImportRun, models.CASCADE, db_index=False, related_name="seen_rows")
    submission_id = models.UUIDField()
    line = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"Line {self.line}"
