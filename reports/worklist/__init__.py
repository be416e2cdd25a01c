"""Worklists: what a person has to do today and this week by the rules, overdue first, each line with its clause.

They are read from the records each time; what is done is gone. The deadlines are those that the clocks stamped.
"""

from reports.worklist.item import Item, Section
from reports.worklist.office import Office
from reports.worklist.reading import has_one, read

__all__ = ["Item", "Office", "Section", "has_one", "read"]
