"""The database itself refuses to change or delete a line of the trail, or a seal: whoever wants to has to take the
guard away first, and that is seen (``manage.py audit_verify``)."""

from django.db import connection

TABLES = ("office_auditevent", "office_auditseal")
_SAYS = "the audit trail is only added to"
_NAME = "{table}_is_only_added_to"


def put_up(cursor, vendor) -> None:
    """Put the guard on both tables; a second time changes nothing."""
    take_down(cursor, vendor)
    if vendor == "postgresql":
        cursor.execute(
            "CREATE OR REPLACE FUNCTION office_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
        )
    for table in TABLES:
        for deed in _deeds(vendor):
            cursor.execute(_trigger(table, deed, vendor))


def take_down(cursor, vendor) -> None:
    for table in TABLES:
        for deed in _deeds(vendor):
            of = f" ON {table}" if vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, deed)}{of}")


def stands() -> bool:
    """Whether every part of the guard is there."""
    wanted = {_name(table, deed) for table in TABLES for deed in _deeds(connection.vendor)}
    source = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(source[connection.vendor])
        return wanted <= {name for (name,) in cursor.fetchall()}


def _deeds(vendor):
    return ("UPDATE", "DELETE", "TRUNCATE") if vendor == "postgresql" else ("UPDATE", "DELETE")


def _name(table, deed) -> str:
    return f"{_NAME.format(table=table)}_{deed.lower()}"


def _trigger(table, deed, vendor) -> str:
    begin = f"CREATE TRIGGER {_name(table, deed)} BEFORE {deed} ON {table}"
    if vendor == "postgresql":
        return (
            f"{begin} FOR EACH {'STATEMENT' if deed == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION office_refuse_change()"
        )
    return f"{begin} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
