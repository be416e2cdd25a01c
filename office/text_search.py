"""Finding a piece of Chinese text in a long column: any piece, from one character on.

On PostgreSQL an index over single characters and pairs of characters finds the rows, and LIKE judges them: its own
trigrams begin at three characters, and most Chinese words have two. Digits, of which there are only ten, are indexed by
four as well, so that a part of a telephone number finds few rows. On SQLite LIKE reads through the column, which is
right there: the register of a county that needs no server has some thousand rows.

Upper and lower case are the same for the letters a to z. The column must hold ``folded`` text for that; ``Folded``
makes it so in a generated column.
"""

import re
import string

from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Func, Q, TextField
from django.db.models.lookups import Contains

_NOTHING = "SELECT 1"
_FOUR_DIGITS_OR_MORE = re.compile("[0-9]{4,}")
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(text: str) -> str:
    """``text`` with small letters for A to Z and every other sign as it is, the same on both databases."""
    return text.translate(_SMALL)


class Folded(Func):
    """``folded`` as the database does it, for a generated column."""

    function = "LOWER"
    output_field = TextField()

    def as_postgresql(self, compiler, connection):
        letters = f"'{string.ascii_uppercase}', '{string.ascii_lowercase}'"
        return self.as_sql(
            compiler, connection, function="translate", template=f"%(function)s(%(expressions)s, {letters})"
        )


class Grams(Func):
    """The pieces of a column by which it is found."""

    function = "grams"


class GramIndex(GinIndex):
    """An index for ``containing``: ``GramIndex(Grams("words"), name="petition_by_words")`` in a model's Meta.

    On SQLite it is nothing, and taking it away is nothing too.
    """

    def create_sql(self, model, schema_editor, using="", **kwargs):
        if schema_editor.connection.vendor != "postgresql":
            return _NOTHING
        return super().create_sql(model, schema_editor, **kwargs)

    def remove_sql(self, model, schema_editor, **kwargs):
        if schema_editor.connection.vendor != "postgresql":
            return _NOTHING
        return super().remove_sql(model, schema_editor, **kwargs)


class _Holds(Contains):
    """LIKE; on PostgreSQL the pieces of the wanted text before it, which is what the index knows."""

    def as_postgresql(self, compiler, connection):
        like, asked = self.as_sql(compiler, connection)
        grams, column = compiler.compile(Grams(self.lhs))
        return f"({grams} @> %s::text[] AND {like})", (*column, pieces(self.rhs), *asked)


def pieces(text: str) -> list[str]:
    """The fewest pieces of an indexed text that all stand in it where ``text`` does; ``text`` is not empty."""
    digits = [(run.start(), run.end()) for run in _FOUR_DIGITS_OR_MORE.finditer(text)]
    fours = {text[i : i + 4] for start, end in digits for i in range(start, end - 3)}
    covered = {i for start, end in digits for i in range(start, end - 1)}
    pairs = {text[i : i + 2] for i in range(len(text) - 1) if i not in covered}
    return sorted(fours | pairs) or [text]


def containing(column: str, text: str, *, by_index: bool = True) -> Q:
    """The condition that ``column`` contains every word of ``text``; words are set apart by spaces.

    Without a word it is always true. Without ``by_index`` it is LIKE alone, which is faster where only few rows are
    looked at.
    """
    found = Q()
    for word in folded(text).split():
        found &= Q((_Holds if by_index else Contains)(F(column), word))
    return found
