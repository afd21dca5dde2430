"""The one operation of each app's first migration.

Django renders every model anew for each operation of a migration: for a hundred tables that takes a minute.
"""

from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """Tables that may name each other: each a complete `CreateModel` with its constraints, its indexes, and in
    `options` its triggers, which pgtrigger's schema editor installs with the table."""

    def __init__(self, models):
        self.models = models

    def state_forwards(self, app_label, state):
        vars(state).pop("apps", None)  # or each model would render again what is rendered already
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} tables"
