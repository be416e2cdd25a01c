"""A command may be the first that ever touches a database."""

from django.core.management import call_command
from django.db import connection

from office.models import Rule


def make_ready(*, rules: bool = True):
    """Build the tables where there are none yet, and load the regulations where none is loaded (``rules``).

    A database that has tables is never migrated from here: that is the operator's step.
    """
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    if rules and not Rule.objects.exists():
        call_command("load_regulations", verbosity=0)
