"""The tables of an app, made by one step of its first migration."""

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """Creates several models as they stand when all of ``operations`` are told: tables, then what points to and fro.

    Django makes every model anew that is tied to a new one, and here almost all are tied: one by one, seventy times
    seventy of them took most of the time of a first start.
    """

    def __init__(self, operations):
        self.operations = operations

    def describe(self):
        return "Create the tables of the app"

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # the models as they were; whoever asks next has them made once
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for one in self._tables():
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for one in reversed(self._tables()):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def _tables(self):
        """What else is told of a model, such as a field that points to a later one, is in its table already."""
        return [one for one in self.operations if isinstance(one, CreateModel)]
