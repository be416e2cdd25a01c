"""Finding a piece of Chinese text in a long column: any piece, from one character on.

On PostgreSQL an index over single characters and pairs of characters finds the rows, and LIKE judges them: its own
trigrams begin at three characters, and most Chinese words have two. On SQLite LIKE reads through the column, which is
right there: the register of a county that needs no server has some thousand rows.

Upper and lower case are the same for the letters a to z. The column must hold ``folded`` text for that; ``Folded``
makes it so in a generated column.
"""

import string

from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.lookups import Contains

PAIR = 2
"""Signs in the pieces that ``Grams`` gives by itself, beside the single ones."""
_NOTHING = "SELECT 1"
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
    """The pieces of a column by which it is found; ``Grams(column, Value(4))``: those of four signs, for digits."""

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

    def __init__(self, column, wanted, length):
        super().__init__(F(column), wanted)
        self._wanted, self._length = wanted, length

    def as_postgresql(self, compiler, connection):
        like, asked = super().as_sql(compiler, connection)
        length = [Value(self._length)] if self._length != PAIR else []
        grams, column = compiler.compile(Grams(self.lhs, *length))
        return f"({grams} @> %s::text[] AND {like})", (*column, pieces(self._wanted, self._length), *asked)


def pieces(text: str, length: int) -> list[str]:
    """The parts of ``text`` that have ``length`` signs; all of it where it is shorter."""
    return sorted({text[i : i + length] for i in range(max(1, len(text) - length + 1))})


def containing(column: str, text: str, *, length: int = PAIR, by_index: bool = True) -> Q:
    """The condition that ``column`` contains every word of ``text``; words are set apart by spaces.

    Without a word it is always true. ``length``: of the pieces in the column's index, if not pairs; what is shorter is
    found by reading. Without ``by_index`` it is LIKE alone, which is faster where only few rows are looked at.
    """
    found = Q()
    for word in folded(text).split():
        indexed = by_index and (length == PAIR or len(word) >= length)
        found &= Q(_Holds(column, word, length) if indexed else Contains(F(column), word))
    return found
