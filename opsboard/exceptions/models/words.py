"""What a search looks at: words of causes, of records, and the names of what records are about."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func

# More of a text is not searched; so no word is longer than PostgreSQL takes either.
SEARCHED = 500


class Words(Func):
    """The words of some columns: lower case, letters and digits.

    A number is also known without the zeros before it: TE-000202 is found as 202. References to
    things are words that no text holds: "#17" is the person, project or party 17.
    """

    output_field = SearchVectorField()

    def __init__(self, *columns: str, references: tuple[str, ...] = ()):
        super().__init__(*map(F, columns), *map(F, references))
        self.texts = len(columns)

    def as_sql(self, compiler, connection, **_):
        names = [compiler.compile(one)[0] for one in self.get_source_expressions()]
        joined = " || ' ' || ".join(names[: self.texts])
        text = f"lower(left({joined}, {SEARCHED}))"
        without_zeros = rf"regexp_replace({text}, '(^|[^[:digit:]])0+([1-9])', '\1 \2', 'g')"
        words = f"regexp_split_to_array({text} || ' ' || {without_zeros}, '[^[:alnum:]]+')"
        words = f"array_remove({words}, '')"
        if things := [f"'#' || {name}::text" for name in names[self.texts :]]:
            words += f" || array_remove(array[{', '.join(things)}], null)"
        return f"array_to_tsvector({words})", []


def words_of(*columns: str, references: tuple[str, ...] = ()) -> models.GeneratedField:
    """A column of words, kept by the database."""
    return models.GeneratedField(
        expression=Words(*columns, references=references),
        output_field=SearchVectorField(),
        db_persist=True,
    )


class Name(models.Model):
    """What a person, project or party that an item is about is called; `id` is canonical."""

    id = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    words = words_of("name")

    class Meta:
        # Whom a typed word names.
        indexes = [GinIndex(fields=["words"], name="names_by_word")]
