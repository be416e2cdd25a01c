"""Numbers and keys out of an address or a form, where anybody may have written anything."""

from django.http import Http404


def number(text, digits=9) -> int:
    """The whole number that ``text`` writes in so many digits at most; 0 for anything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


def key(text) -> int:
    """The same for the key of a row, as large as a database holds one; 0 is the key of none."""
    return number(text, digits=18)


def one_of(rows, asked, otherwise=None):
    """The one of these rows whose key is asked for, ``otherwise`` where none is; Http404 for a key of none of them."""
    if not asked:
        return otherwise
    for row in rows:
        if str(row.pk) == asked:
            return row
    raise Http404
