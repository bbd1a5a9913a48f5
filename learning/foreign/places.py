"""Where words of other programs are in our texts: by the index, then as highlights are."""

from dataclasses import dataclass

from learning.anchoring import TELLING, Quote, State, again, find, plain
from learning.highlights import text_of
from search.models import IndexedSection
from search.words import tokens
from topics.models import Section
from topics.visibility import trees

MOST_WORDS = 8  # of a quote, the longest, by which the index is asked
MOST_READ = 12  # sections in which one quote is looked for


@dataclass(frozen=True, slots=True)
class Found:
    """Words where they are today; `state` is exact, or changed where some are others."""

    section: int
    title: str
    address: str
    state: str
    quote: Quote


class Texts:
    """The published texts, each read once."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._sections: dict[int, Section] = {}

    def find(self, words: str) -> Found | None:
        """Where words are; None for words that are too few to tell. Two queries at most."""
        quote = Quote(0, 0, plain(words))
        if len(quote.exact) < TELLING:
            return None
        near = self._near(quote.exact)
        for pk in near:
            there = again(self._texts[pk], quote)
            if there:
                return self._found(pk, State.EXACT, there)
        for pk in near:
            alike = find(self._texts[pk], quote)
            if alike:
                return self._found(pk, *alike)
        return None

    def _found(self, pk: int, state: State, quote: Quote) -> Found:
        section = self._sections[pk]
        title = ": ".join(dict.fromkeys((section.topic.title, str(section))))
        return Found(pk, title, section.get_absolute_url(), state, quote)

    def _near(self, words: str) -> list[int]:
        """The sections that have the longest of these words, those with the shortest text first."""
        found = {
            token.exact: len(token.exact) for _s, _e, token in tokens(words) if not token.is_stop
        }
        wanted = sorted(found, key=lambda lexeme: -found[lexeme])[:MOST_WORDS]
        if not wanted:
            return []
        rows = IndexedSection.objects.filter(tree__in=trees()).extra(
            where=["vector @@ %s::tsquery"], params=[" & ".join(map(_lexeme, wanted))]
        )
        keys = list(rows.order_by("length").values_list("section_id", flat=True)[:MOST_READ])
        missing = [pk for pk in keys if pk not in self._texts]
        sections = Section.objects.published().select_related("topic").filter(pk__in=missing)
        for section in sections.defer("markdown", "written_html", "text", "code"):
            self._sections[section.pk] = section
            self._texts[section.pk] = text_of(section.html)
        return [pk for pk in keys if pk in self._texts]


def _lexeme(word: str) -> str:
    """A lexeme as a tsquery has it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
