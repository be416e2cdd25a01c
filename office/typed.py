"""Numbers out of an address or a form, where anybody may have written anything."""


def number(text, digits=9) -> int:
    """The whole number that ``text`` writes in so many digits at most; 0 for anything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


def key(text) -> int:
    """The same for the key of a row, as large as a database holds one; 0 is the key of none."""
    return number(text, digits=18)
