"""Duties: what the rules asked of whom in a period, what was done, what counts, what is missing and why.

They are derived from the records each time they are read; nothing marks them. The nightly sweep raises its flags from
the same sources and the same periods (``reports.measures``).
"""

from reports.duties.duty import Duty, State
from reports.duties.reading import duties

__all__ = ["Duty", "State", "duties"]
