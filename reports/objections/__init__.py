"""Two-way correction: a deputy objects to what is on record about them, the office answers and corrects (D8-五b)."""
