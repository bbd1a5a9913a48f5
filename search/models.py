"""The search index's own tables. All but synonyms and the log can be rebuilt from the sections.

They keep the names that they landed with, so that code of the version before still finds them
while a deployment goes on (decision 0012).

Index rows carry no foreign key constraints: a hundred thousand sections write some six million
postings, and `manage.py check_index` proves the same thing whole.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RealField(models.FloatField):
    """A four-byte float: postings are many."""

    def db_type(self, connection: object) -> str:
        return "real"


class Term(models.Model):
    """A lexeme of the index. `holders` sections hold it, `df` of them with text of their own.

    Each private `tree` of topics has terms of its own, so that those of others say nothing of it.
    """

    id = models.AutoField(primary_key=True)
    lexeme = models.TextField()
    tree = models.BigIntegerField(default=0, db_default=0)
    holders = models.IntegerField(default=1)
    df = models.IntegerField(default=1)

    class Meta:
        db_table = "topics_term"
        constraints = [models.UniqueConstraint(fields=["lexeme", "tree"], name="term_of_tree")]
        indexes = [
            models.Index(
                OpClass("lexeme", name="text_pattern_ops"),
                condition=~Q(tree=0),
                name="term_private",
            )
        ]

    def __str__(self) -> str:
        return self.lexeme


class Posting(models.Model):
    """A term in a section. `impact` is its saturated BM25F weight, without the term's idf."""

    pk = models.CompositePrimaryKey("section_id", "term_id")
    section_id = models.BigIntegerField()
    term_id = models.IntegerField()
    impact = RealField()
    in_title = models.BooleanField()

    class Meta:
        db_table = "topics_posting"
        indexes = [
            models.Index(
                "term_id",
                models.F("impact").desc(),
                "section_id",
                include=["in_title"],
                name="posting_by_impact",
            )
        ]

    def __str__(self) -> str:
        return f"{self.term_id} in {self.section_id}"


class IndexedSection(models.Model):
    """A published section as the index holds it: its normalised columns, and what ranking needs.

    `title` to `rest` are literals of tsvectors (`search.vectors.columns` makes them); PostgreSQL
    generates `vector` from them, with the weights by which a query may ask for a field.
    """

    section_id = models.BigIntegerField(primary_key=True)
    topic_id = models.BigIntegerField()
    tree = models.BigIntegerField(default=0, db_default=0)
    language = models.TextField(
        default="",
        db_default="",
        help_text="Of its topic, where its words have stems of their own.",
    )
    title_key = models.TextField()
    title_words = models.SmallIntegerField(help_text="Words of the title's head, stop words apart.")
    has_text = models.BooleanField(help_text="Text of its own or, below a heading, its children's.")
    length = models.IntegerField(help_text="Positions of all fields; 0 for no text.")
    written_at = models.DateTimeField(help_text="When its postings were written.")
    title = models.TextField()
    above = models.TextField(help_text="Titles of the headings above.")
    text = models.TextField()
    code = models.TextField()
    rest = models.TextField(help_text="Words that one vector cannot hold.")
    vector = models.GeneratedField(
        expression=models.Func(
            *[
                models.Func(
                    models.F(name), template=f"setweight(%(expressions)s::tsvector, '{weight}')"
                )
                for name, weight in (("title", "A"), ("above", "B"), ("text", "D"), ("code", "C"))
            ],
            template="%(expressions)s",
            arg_joiner=" || ",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        db_table = "topics_indexedsection"
        indexes = [
            models.Index(fields=["title_key"], name="indexed_title_key"),
            # Every search reads what waits in the pending list: a quarter of a megabyte at most.
            GinIndex(fields=["vector"], name="indexed_vector", gin_pending_list_limit=256),
        ]

    def __str__(self) -> str:
        return self.title_key


class Standing(models.Model):
    """What ranking knows of an indexed section besides its words: narrow rows, read by hundreds.

    `role` is what its text is: "text"; "stub", of few words; "links", a third of it to elsewhere;
    "question"; "letter" of a glossary; "bare", an outline item without any. A topic's root has
    the `depth` 0.
    """

    section_id = models.BigIntegerField(primary_key=True)
    topic_id = models.BigIntegerField()
    tree = models.BigIntegerField(default=0, db_default=0)
    title_key = models.TextField()
    head_words = models.SmallIntegerField(help_text="Words of the title's head.")
    title_words = models.SmallIntegerField(help_text="Words of the title, stop words apart.")
    depth = models.SmallIntegerField(help_text="Headings above it, at most 4.")
    role = models.CharField(max_length=10)

    class Meta:
        indexes = [models.Index(fields=["title_key", "depth", "section_id"], name="standing_title")]

    def __str__(self) -> str:
        return self.title_key


class Weight(models.Model):
    """What a signal of the ranking is worth; `search.weights` says what each does."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.FloatField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.value:g}"


class Word(models.Model):
    """A word as written in the sections: what misspelt words are corrected to."""

    word = models.TextField(primary_key=True)
    lexeme = models.TextField()
    uses = models.IntegerField(default=1)

    class Meta:
        db_table = "topics_word"
        indexes = [
            # What waits in a pending list is read by every search for similar words.
            GinIndex(
                OpClass("word", name="gin_trgm_ops"), name="word_by_trigrams", fastupdate=False
            ),
            models.Index(Left("word", 2), models.F("uses").desc(), name="word_by_use"),
        ]

    def __str__(self) -> str:
        return self.word


class IndexState(models.Model):
    """The index as a whole: one row. `version` is that of `search.words`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.CharField(max_length=20)
    sections = models.IntegerField(default=0, help_text="With text, when last counted.")
    mean_length = models.FloatField(default=100.0)
    counted_at = models.DateTimeField(default=timezone.now)
    synonyms_at = models.DateTimeField(
        db_default=models.Func(function="clock_timestamp"),
        editable=False,
        help_text="When the table of synonyms last changed.",
    )

    class Meta:
        db_table = "topics_indexstate"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="index_state_is_one_row")]

    def __str__(self) -> str:
        return f"version {self.version}"


class Synonym(models.Model):
    """Words that mean the same (a group of equals) or a one-way expansion.

    Equals: a query for any of `words` finds all of them. One-way: a query for any of `words` also
    finds `expansions`, never the reverse ("auth" finds "authorization").
    """

    words = ArrayField(
        models.CharField(max_length=100), help_text="Separated by commas.", verbose_name=_("words")
    )
    expansions = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Empty for a group of equals.",
        verbose_name=_("expansions"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        db_table = "topics_synonym"
        ordering = ["words"]

    def __str__(self) -> str:
        left = ", ".join(self.words)
        return f"{left} → {', '.join(self.expansions)}" if self.expansions else left

    def clean(self) -> None:
        # A field that was refused is None here; its own error says more.
        if None not in (self.words, self.expansions) and len(self.words + self.expansions) < 2:
            raise ValidationError("A synonym needs at least two words, or one and an expansion.")


class Pin(models.Model):
    """A section that curators put before all others for a query, or that its readers are sent to.

    `key` holds the query's lexemes, so that other forms of its words count too. It is in force
    from the day `begins` until the end of the day `ends`, both in UTC.
    """

    query = models.CharField(max_length=200)
    key = models.TextField()
    section = models.ForeignKey("topics.Section", on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=60, blank=True, help_text="Shown beside the result.")
    is_redirect = models.BooleanField(default=False)
    begins = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["query", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "section"], name="pin_is_one_for_a_query"),
            models.CheckConstraint(
                condition=Q(begins=None) | Q(ends=None) | Q(begins__lte=models.F("ends")),
                name="pin_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.query


class GoldenQuery(models.Model):
    """A query whose answer is known: `section`, or any of its topic's if `whole_topic`.

    It holds where the answer is among the first `within` rows. `place` is where it was when last
    measured, from 1; 0 for none of the first ten.
    """

    query = models.CharField(max_length=200, unique=True)
    section = models.ForeignKey("topics.Section", on_delete=models.CASCADE, related_name="+")
    whole_topic = models.BooleanField(default=False)
    within = models.PositiveSmallIntegerField(default=3)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    place_before = models.PositiveSmallIntegerField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["query"]

    def __str__(self) -> str:
        return self.query

    def holds(self, place: int | None) -> bool:
        """Whether an answer at this place is good enough."""
        return bool(place and place <= self.within)


class SearchLog(models.Model):
    """A search: what was searched for and what was found, never by whom."""

    query = models.CharField(_("query"), max_length=200, help_text="Lower case, blanks single.")
    results = models.IntegerField(_("results"), help_text="At most 1,000.")
    took_ms = models.FloatField()
    corrected = models.CharField(_("corrected"), max_length=200, blank=True)
    is_exact = models.BooleanField(
        default=False, db_default=False, help_text="Asked for as typed, without correction."
    )
    opened = models.ForeignKey(
        "topics.Section", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    class Meta:
        verbose_name = _("search log")
        verbose_name_plural = _("search logs")
        db_table = "topics_searchlog"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], name="search_log_time"),
            models.Index(fields=["query", "created_at"], name="search_log_query"),
        ]

    def __str__(self) -> str:
        return self.query
