"""The regulation texts as dated data: the files below ``data`` are read, checked whole, and loaded.

A fault anywhere refuses everything, with file, line and reason; nothing is half-loaded.
"""

from office.regulations.checking import quoted
from office.regulations.loading import load
from office.regulations.measures import MEASURES
from office.regulations.reading import DIRECTORY, RULE_SETS, read, read_file, read_rule_sets

__all__ = [
    "DIRECTORY",
    "MEASURES",
    "RULE_SETS",
    "load",
    "quoted",
    "read",
    "read_file",
    "read_rule_sets",
]
