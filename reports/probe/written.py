"""What a request wrote, told by the tables themselves: rows changed, removed and added, against how they stood."""

from contextlib import contextmanager
from typing import NamedTuple

from django.apps import apps
from django.db import connection

NOBODYS = {"django_session", "office_auditevent", "office_submission", "office_attempt", "django_admin_log"}
"""Tables of the system itself, written by whoever asks whatever."""


class Change(NamedTuple):
    """One row that is not as it was; ``before`` or ``after`` is empty where it came or went."""

    model: type
    pk: object
    before: dict
    after: dict

    @property
    def columns(self) -> dict:
        """What was written: each column that is another now."""
        if not self.after:
            return self.before
        return {name: value for name, value in self.after.items() if self.before.get(name, ...) != value}


class Written:
    """Knows how the tables of a probe county stood when it was built."""

    def __init__(self, probe):
        self.probe = probe
        self.models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
        self.base = {}

    @contextmanager
    def watched(self):
        """The tables that are written inside."""
        touched = set()

        def note(execute, sql, params, many, context):
            verb = sql.lstrip()[:6].upper()
            if verb in ("INSERT", "UPDATE", "DELETE"):
                touched.update(table for table in self.models if f'"{table}"' in sql[:200] and table not in NOBODYS)
                self._remember(touched)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield touched

    def _remember(self, tables):
        for table in tables - self.base.keys():
            self.base[table] = {}
            self.base[table] = self._rows(table)

    def _rows(self, table) -> dict:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        key = self.models[table]._meta.pk.column
        return {row[key]: row for row in rows}

    def differences(self, touched) -> list[Change]:
        """Every row of these tables that is not as it was in the beginning."""
        return [change for table in sorted(touched) for change in self._differences(table)]

    def _differences(self, table):
        before, after, model = self.base[table], self._rows(table), self.models[table]
        for pk in before.keys() | after.keys():
            if before.get(pk) != after.get(pk):
                yield Change(model, pk, before.get(pk, {}), after.get(pk, {}))

    def foreign(self, person, changes) -> list[str]:
        """What of it this person should not have written: somebody else's row, or a row tied to somebody else's."""
        return [line for change in changes for line in self._foreign(person, change)]

    def _foreign(self, person, change):
        label = change.model._meta.label_lower
        if change.before and not self.probe.may_see(person, change.model, change.pk):
            yield f"wrote {label} {change.pk} of {self.probe.tags.get((label, change.pk))}"
        if not change.after:
            return
        for column in change.model._meta.concrete_fields:
            if column.is_relation and column.column in change.columns:
                key, target = change.after[column.column], column.related_model
                if target._meta.label_lower != "office.user" and not self.probe.may_see(person, target, key):
                    tag = self.probe.tags.get((target._meta.label_lower, key))
                    yield f"tied {label} {change.pk} to {target._meta.label_lower} {key} of {tag}"
