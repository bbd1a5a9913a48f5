"""A query as values: its words, each with the forms in which a section may hold it. Pure."""

import itertools
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from search.words import Token

MOST_CHARACTERS = 1000
MOST_WORDS = 40
MOST_PAIRED = 6

# What a query may cost; docs/search.md has the figures.
MOST_WILDCARDS = 4
MOST_EXCLUDED = 8
MOST_PHRASES = 3
MOST_FILTERS = 8
LONGEST_PHRASE = 12  # words
MOST_REPEATED = 3  # times that a phrase may name one word
MOST_RUNS = 12  # alternatives of several lexemes

QUOTATION = 8  # in a question of more words than these, quotes quote and demand nothing

LITERAL, VARIANT, PART = 1.0, 0.8, 0.3  # what a match by the word's other forms is worth

# Begin the reasons of synonyms, of what they only lead to, and of corrections.
ALSO, RELATED, SPELT = "also called", "related:", "spelt"

NO_WORDS = "no searchable words"
TOO_LONG = f"only the first {MOST_WORDS} words were used"
WILDCARDS = f"only the first {MOST_WILDCARDS} words with * were used"
EXCLUSIONS = f"only the first {MOST_EXCLUDED} exclusions were used"
PHRASES = f"only the first {MOST_PHRASES} phrases were kept together"
TOO_MANY_FILTERS = f"only the first {MOST_FILTERS} filters were used"
NO_FILTER = "this is no filter here and was read as a word"
BRACKETS = "brackets do not group words"
STARS = "* works at the end of a word only"
CUT_PHRASE = (
    f"a phrase was cut: {LONGEST_PHRASE} words, and each at most {MOST_REPEATED} times, are used"
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One form in which a section may hold a word of the query.

    Several `lexemes` must follow one another. `counts` says whether a section with this form holds
    the word; `why` says how it stands for the word (ALSO and its like), empty for the word itself.
    `is_apart` says that the word is no commoner for it: what a name leads to is not that name.
    """

    lexemes: tuple[str, ...]
    weight: float = LITERAL
    counts: bool = True
    why: str = ""
    is_apart: bool = False

    @property
    def is_other(self) -> bool:
        """Whether it is another word, which is as rare as the word and all such together."""
        return bool(self.why) and not self.is_apart

    def as_tsquery(self, field: str = "") -> str:
        """The text of a tsquery; `field` is a weight (A to D) to look in alone."""
        mark = f":{field}" if field else ""
        return "(" + " <-> ".join(f"'{lexeme}'{mark}" for lexeme in self.lexemes) + ")"


@dataclass(slots=True)
class QueryWord:
    """A word of the query with its alternatives, best first."""

    surface: str
    alternatives: list[Alternative]
    times: int = 1  # that the query names it: a word said twice weighs double
    prefix: str = ""  # of `word*`: the letters before the star, in lower case
    exact: bool = False  # quoted or a keyword: never corrected, no synonyms
    optional: bool = False  # a name in a pasted message: it goes if nothing holds it
    spelt: str = ""  # says how it is spelt here, if it was typed otherwise
    is_known: bool = True  # some section holds it, as far as was looked up
    is_vague: bool = False  # it tells little here: "api" in "my api is slow"
    parts: tuple[str, ...] = ()  # of an option: (save, dev)

    def as_tsquery(self, field: str = "") -> str:
        """The text of a tsquery: any alternative that counts as the word."""
        return "(" + " | ".join(a.as_tsquery(field) for a in self.alternatives if a.counts) + ")"


@dataclass(slots=True)
class Query:
    """A parsed query. `must` and `must_not` are texts of tsqueries that always hold."""

    text: str
    words: list[QueryWord] = field(default_factory=list)
    sequence: list[str] = field(default_factory=list)  # lexemes as typed, stop words too
    wishes: list[str] = field(default_factory=list)  # tsqueries of phrases that would be good
    must: list[str] = field(default_factory=list)
    must_not: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)  # names such as "is:unread"
    field_mark: str = ""  # A in titles only, C in code only
    has_code: bool = False
    excluded: int = 0  # words and phrases with a minus
    number: str = ""  # a dotted number in the query
    keys: list[str] = field(default_factory=list)  # titles that answer it exactly
    said: list[str] = field(default_factory=list)  # all words as typed, in lower case
    hints: list[list[Alternative]] = field(default_factory=list)  # each any of these; no words
    is_comparison: bool = False
    is_pasted: bool = False  # an answer of a server: it asks what that means
    notes: list[str] = field(default_factory=list)
    has_demands: bool = True  # quotation marks may demand
    is_demanding: bool = False  # a quoted phrase must be in what is found
    unfinished: QueryWord | None = None  # the last word, where more letters may follow
    beginning: str = ""  # a stop word at the end of a name: it may begin another, as in "dead let"
    is_meant: bool = False  # what it begins was plain: the query reads as if typed to the end
    taken: list[str] = field(default_factory=list)  # words that a filter looks up itself

    @property
    def is_filtered(self) -> bool:
        """Whether something besides the words decides which sections are found."""
        return self.is_narrowed or self.is_limited

    @property
    def is_narrowed(self) -> bool:
        """Whether it names what a facet can."""
        return bool(self.topics or self.tags or self.kinds)

    @property
    def is_limited(self) -> bool:
        """Whether something else decides, too."""
        return self.demands_more or bool(self.filters)

    @property
    def demands_more(self) -> bool:
        """Whether it says more of a section's text than which words may be there."""
        return bool(self.must or self.must_not or self.field_mark or self.has_code)

    def say(self, note: str) -> None:
        """Note something for the reader, once."""
        if note not in self.notes:
            self.notes.append(note)

    def take_words(self) -> list[str]:
        """Take all words out, as they were typed: what they stand for is looked up elsewhere."""
        self.taken = list(dict.fromkeys(word.surface for word in self.words))
        for part in (self.words, self.sequence, self.wishes, self.must, self.keys):
            part.clear()
        self.number, self.unfinished, self.beginning = "", None, ""
        self.is_comparison = self.is_demanding = False
        return self.taken

    def all_words(self, asking: Container[int] = ()) -> str:
        """The text of a tsquery that holds where all words do; those that only ask if no others."""
        telling = [word for n, word in enumerate(self.words, 1) if n not in asking] or self.words
        return " & ".join(word.as_tsquery(self.field_mark) for word in telling)

    def pairs(self) -> list[str]:
        """Neighbouring words as phrases, and what was quoted in a message.

        In a long question the order of words means little.
        """
        if len(self.words) > MOST_PAIRED:
            return self.wishes
        heads = [a for word in self.words for a in word.alternatives[:1]]
        return self.wishes + [
            f"{a.as_tsquery()} <-> {b.as_tsquery()}" for a, b in itertools.pairwise(heads)
        ]

    def any_word(self) -> str:
        """The text of a tsquery that holds where at least one word does."""
        return " | ".join(word.as_tsquery(self.field_mark) for word in self.words)


def run_of(token: Token) -> tuple[str, ...]:
    """The lexemes of a token that follow one another, the joined form aside."""
    if token.within:
        return tuple(lexeme for part in token.within for lexeme in run_of(part))
    return token.parts or (token.exact,)


def is_short(lexemes: Sequence[str]) -> bool:
    """Whether these may follow one another: PostgreSQL compares the positions of them all."""
    return len(lexemes) <= LONGEST_PHRASE and max(Counter(lexemes).values()) <= MOST_REPEATED


def forms(token: Token) -> list[Alternative]:
    """The forms in which a section may hold a token, the exact one first.

    All its parts side by side count as the word; a single part only adds to the score.
    """
    if token.is_run and token.parts:
        pairs = [Alternative((pair,), PART, counts=False) for pair in token.parts]
        return [Alternative(token.parts[:LONGEST_PHRASE]), *pairs]
    alternatives = [Alternative((token.exact,))]
    if not token.exact[0].isdigit():  # 18 finds 18.6, but 18.6 does not ask for 18
        alternatives += [Alternative((v,), VARIANT) for v in token.variants]
    if token.within and is_short(run_of(token)):
        alternatives.append(Alternative(tuple(t.exact for t in token.within), VARIANT))
    if token.parts:
        if is_short(token.parts):
            alternatives.append(Alternative(token.parts, VARIANT))
        alternatives += [Alternative((p,), PART, counts=False) for p in token.parts if len(p) > 1]
    return alternatives
