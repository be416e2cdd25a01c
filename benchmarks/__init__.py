"""How fast the system is, and how that grows: measured on a real PostgreSQL, against SQL written by hand.

``make bench`` writes ``RESULTS.md``. Times are not judged: on a shared machine only ratios of one run mean anything.
"""
