"""What the system does by itself, how often, and why. There is no other schedule, and none in the database.

A task is named by its full name and must be safe to run twice, or ten times at once. None of them relies on
being called at a certain moment: each works off everything since its own watermark, so a night when the
machine was off is caught up at the next start (the worker also runs the whole table once when it starts).
"""

from datetime import timedelta

SCHEDULE = {
    # Walks every night that has not been walked: flags for missed contacts and overdue replies (D1-3①b).
    "reports.tasks.run_due": timedelta(minutes=5),
    # Erases the personal data whose time is over: once a month, and only where RETENTION_MONTHLY is on.
    "reports.tasks.retain": timedelta(hours=6),
    # Seals the lines of the audit trail that have settled.
    "office.tasks.seal_audit": timedelta(minutes=5),
    # Takes up long work whose worker died, or whose message was lost.
    "office.tasks.revive": timedelta(minutes=1),
    # Removes exports after the day for which they are kept.
    "reports.tasks.drop_old_exports": timedelta(minutes=15),
    # Sends what is to leave the house and was not sent at once: the queue forgot it, or the channel was down.
    "office.tasks.deliver": timedelta(minutes=1),
}
