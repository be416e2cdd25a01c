"""The trail cannot be doubted: the database refuses to change it, and who gets round that is found."""

import json
from datetime import UTC, datetime, timedelta
from os import environ
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from office import audit, audit_guard
from office.models import AuditEvent, AuditSeal, Unit, User
from tests.queries import asked

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_head(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def write(n, user=None):
    user = user or User.objects.get_or_create(username="clerk")[0]
    first = AuditEvent.objects.count()
    for i in range(first, first + n):
        at = AT + timedelta(seconds=i)
        audit.record(by=user, at=at, action="unit.changed", subject=user, detail={"n": i, "甲": [1]})


def sealed(n, django_capture_on_commit_callbacks):
    """Lines of which all but five are sealed, in three seals."""
    with django_capture_on_commit_callbacks(execute=True):
        for turn in range(3):
            write(n // 3)
            audit.seal(at=AT + timedelta(hours=2 * turn))
            audit.seal(at=AT + timedelta(hours=2 * turn + 1))
        write(5)


def test_what_was_written_is_found_whole(django_capture_on_commit_callbacks):
    sealed(60, django_capture_on_commit_callbacks)
    told = audit.verify()
    assert (told["broken"], told["events"], AuditEvent.objects.filter(pk__gt=told["sealed_through"]).count()) == (
        [],
        65,
        5,
    )


def test_a_line_is_sealed_once_it_has_settled_and_never_before():
    write(3)
    assert [audit.seal(at=AT), audit.seal(at=AT + audit.SETTLED - timedelta(seconds=1))] == [0, 0]
    write(2)
    assert audit.seal(at=AT + audit.SETTLED) == 3
    assert audit.seal(at=AT + 2 * audit.SETTLED) == 2
    assert [audit.seal(at=AT + timedelta(days=1)), AuditSeal.objects.count()] == [0, 3]


def test_one_line_costs_one_statement_and_waits_for_nobody():
    user = User.objects.create(username="clerk")
    with asked() as statements:
        audit.record(by=user, at=AT, action="unit.changed", subject=user)
        audit.record_all(by=user, at=AT, action="unit.changed", model=Unit, keys=range(100))
    assert len(statements) == 2


def change(pk, chance):
    column, value = chance.choice(
        [
            ("action", "x.y"),
            ("subject_id", 99),
            ("at", "2020-01-01 00:00:00"),
            ("detail", '{"n": 77}'),
            ("user_id", None),
        ]
    )
    run(f"UPDATE office_auditevent SET {column} = %s WHERE id = %s", value, pk)


def remove(pk, chance):
    run("DELETE FROM office_auditevent WHERE id = %s", pk)


def swap(pk, chance):
    other = chance.choice([row for row in AuditEvent.objects.values_list("pk", flat=True) if row != pk])
    first, second = (AuditEvent.objects.get(pk=one) for one in (pk, other))
    AuditEvent.objects.filter(pk=pk).update(detail=second.detail, at=second.at, mac=second.mac)
    AuditEvent.objects.filter(pk=other).update(detail=first.detail, at=first.at, mac=first.mac)


def slip_in(pk, chance):
    """A line with the signature of another, in the place of none and at the end."""
    old = AuditEvent.objects.get(pk=pk)
    AuditEvent.objects.create(at=old.at, action="z.z", subject_type="office.user", subject_id=1, mac=old.mac)


def cut_end(pk, chance):
    last = AuditSeal.objects.exclude(count=0).order_by("-pk").first()
    run("DELETE FROM office_auditseal WHERE id >= %s", last.pk)
    run("DELETE FROM office_auditevent WHERE id > %s", last.after_id)


def empty(pk, chance):
    run("DELETE FROM office_auditevent")
    run("DELETE FROM office_auditseal")


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


TAMPERS = int(environ.get("TAMPERS", 100))


def test_whatever_is_tampered_with_is_found(django_capture_on_commit_callbacks):
    sealed(12, django_capture_on_commit_callbacks)
    chance, through = Random(7), AuditSeal.objects.order_by("-pk").first().last_id
    keys = list(AuditEvent.objects.filter(pk__lte=through).values_list("pk", flat=True))
    missed = []
    for n in range(TAMPERS):
        deed = chance.choice([change, change, remove, remove, swap, slip_in, cut_end, empty])
        with transaction.atomic():
            deed(chance.choice(keys), chance)
            if not audit.verify()["broken"]:
                missed.append((n, deed.__name__))
            transaction.set_rollback(True)
    assert missed == []
    assert audit.verify()["broken"] == []


def test_a_line_that_nobody_signed_is_named_even_when_it_is_sealed_later():
    write(2)
    AuditEvent.objects.create(at=AT, action="x.y", subject_type="office.user", subject_id=1)
    forged = AuditEvent.objects.order_by("-pk").first().pk
    assert audit.verify()["broken"] == [{"from": forged, "to": forged, "why": "signature"}]
    audit.seal(at=AT), audit.seal(at=AT + audit.SETTLED)
    assert audit.verify()["broken"] == [{"from": forged, "to": forged, "why": "signature"}]


def test_the_database_refuses_to_change_or_remove_a_line(django_capture_on_commit_callbacks):
    sealed(6, django_capture_on_commit_callbacks)
    with connection.cursor() as cursor:
        audit_guard.put_up(cursor, connection.vendor)
    assert audit_guard.stands()
    deeds = [
        "UPDATE office_auditevent SET action = 'x'",
        "DELETE FROM office_auditevent",
        "DELETE FROM office_auditseal",
    ]
    deeds += ["UPDATE office_auditseal SET digest = 'x'"]
    deeds += ["SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE office_auditevent"] if connection.vendor == "postgresql" else []
    for deed in deeds:
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            run(deed)
    write(1)
    assert audit.verify()["broken"] == []
    with connection.cursor() as cursor:
        audit_guard.take_down(cursor, connection.vendor)
    assert not audit_guard.stands()


def test_the_command_says_that_all_is_well_and_fails_where_it_is_not(capsys):
    write(3)
    with connection.cursor() as cursor:
        audit_guard.put_up(cursor, connection.vendor)
    call_command("audit_verify", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["events"], told["guarded"], told["broken"]) == (3, True, [])
    with connection.cursor() as cursor:
        audit_guard.take_down(cursor, connection.vendor)
    with pytest.raises(CommandError):
        call_command("audit_verify")
    AuditEvent.objects.update(action="x.y")
    with pytest.raises(CommandError):
        call_command("audit_verify")
    assert capsys.readouterr().out.count("签名") == 3
