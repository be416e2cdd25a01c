"""The report of a deputy to the voters: planned, held, tallied, its result given back, filed and published (D1-4)."""
