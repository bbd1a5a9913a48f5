"""Where the words of a query are in a text: what is marked, and which of their forms it is.

Only tokens that begin like a form of the query are cut into lexemes, so that a long text costs
little more than being read once.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from search.english import IRREGULAR, stem
from search.languages import languages_of, stems_at, without_language
from search.query import Query
from search.words import Token, analyse, is_keyword, keyword, parts_of, token_pattern

MOST_READ = 20_000  # characters of a section that are looked through
ALIKE = 4  # letters by which a token is recognised: endings and British spelling come later
LONGEST_CHUNK = 200  # characters without a blank

Place = tuple[int, int, int]  # start, end and the number of the query's word
Form = tuple[int, tuple[str, ...]]  # the number of a word, and the lexemes of one of its forms

_IRREGULAR_FORMS: dict[str, list[str]] = {"dotnet": [".net"]}
for _surface, _regular in IRREGULAR.items():
    _IRREGULAR_FORMS.setdefault(stem(_regular), []).append(_surface)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms that count as the words of a query, by their first lexeme."""

    by_lexeme: dict[str, list[Form]]
    pattern: re.Pattern[str] | None
    count: int  # of the query's words
    languages: frozenset[str] = frozenset()  # whose stems are among the forms

    @property
    def titled(self) -> str:
        """A regular expression for PostgreSQL that finds all that `pattern` does; "" for none."""
        found = starts(self.by_lexeme)
        spelled = ("(\\W|_)?".join(map(re.escape, start)) for start in sorted(found))
        return "|".join([*spelled, r"[^\x01-\x7f]"]) if found else ""

    @classmethod
    def of(cls, query: Query) -> "Forms":
        """The forms of all words of a query."""
        found: dict[str, list[Form]] = {}
        for number, word in enumerate(query.words, 1):
            for alternative in word.alternatives:
                if alternative.counts:
                    form = (number, alternative.lexemes)
                    found.setdefault(alternative.lexemes[0], []).append(form)
        return cls(found, _pattern(found), len(query.words), frozenset(languages_of(list(found))))


def starts(lexemes: Iterable[str]) -> set[str]:
    """The letters by which whatever may be one of `lexemes` begins, signs between them apart."""
    return {start for x in lexemes for start in (_start(x), *_IRREGULAR_FORMS.get(x, ()))}


def _pattern(lexemes: Iterable[str]) -> re.Pattern[str] | None:
    """Finds whatever may be one of `lexemes`; letters outside ASCII always may."""
    found = starts(lexemes)
    if not found:
        return None
    spelled = ("[\\W_]?".join(map(re.escape, start)) for start in sorted(found))
    return re.compile("|".join([*spelled, r"[^\x00-\x7f\s]"]), re.IGNORECASE)


def _start(lexeme: str) -> str:
    lexeme = without_language(lexeme)
    return lexeme[:ALIKE] if len(lexeme) > ALIKE else lexeme[: max(2, len(lexeme) - 1)]


class Passage:
    """A text with the `places` that match a query, in order, and the forms that are `found`."""

    def __init__(self, text: str, forms: Forms, *, in_code: bool = False) -> None:
        self.text = text[:MOST_READ]
        self.forms = forms
        self.in_code = in_code
        self._tokens = token_pattern(self.text)
        self.found: dict[Form, str] = {}  # with the first words that are it
        matches = sorted(self._matches())
        if forms.count > 1:
            matches = [m for m in matches if not _is_tiny(m) or self._is_beside(m, matches)]
        self.places: list[Place] = []
        for start, end, form in matches:
            self.found.setdefault(form, self.text[start:end])
            if not self.places or start >= self.places[-1][1]:
                self.places.append((start, _whole_end(start, end, form[0], matches), form[0]))

    def marked(self, start: int = 0, end: int | None = None) -> str:
        """A part of it as safe HTML, with `<mark>` around what matches."""
        end = len(self.text) if end is None else end
        parts, at = [], start
        for begin, stop, _ in self.places:
            if begin >= start and stop <= end:
                parts.append(escape(self.text[at:begin]))
                parts.append(f"<mark>{escape(self.text[begin:stop])}</mark>")
                at = stop
        parts.append(escape(self.text[at:end]))
        return "".join(parts)

    def words_in(self, start: int, end: int) -> set[int]:
        """The numbers of the query's words between two places."""
        return {number for begin, stop, number in self.places if begin >= start and stop <= end}

    def _matches(self) -> Iterator[tuple[int, int, Form]]:
        seen: set[int] = set()
        if self.forms.pattern is None:
            return
        for match in self.forms.pattern.finditer(self.text):
            begin = max(self.text.rfind(sign, 0, match.start() + 1) for sign in " \n\t") + 1
            begin = max(begin, match.start() - LONGEST_CHUNK)
            if begin in seen:
                continue
            seen.add(begin)
            for found in self._tokens.finditer(self.text, begin):
                if found.start() > match.start() and self.text[found.start() - 1].isspace():
                    break
                yield from self._matches_at(found)

    def _matches_at(self, found: re.Match[str]) -> Iterator[tuple[int, int, Form]]:
        slots = self._slots(found)
        for place, slot in enumerate(slots):
            for lexeme in slot:
                for form in self.forms.by_lexeme.get(lexeme, ()):
                    end = self._end_of_run(form[1], slots[place + 1 :], found.end())
                    if not end:
                        continue
                    if len(slots) == len(found.group()) > 1:  # a run of a script without spaces
                        start = found.start() + place
                        yield start, start + len(form[1]) - 1 + len(form[1][-1]), form
                    elif end == found.end() and len(form[1]) == 1:
                        start, end = _part_of(found, place, len(slots), lexeme)
                        yield start, end, form
                    else:
                        yield found.start(), end, form

    def _end_of_run(self, lexemes: tuple[str, ...], slots: list[list[str]], end: int) -> int:
        """Where a form ends whose first lexeme is before `slots`; 0 if it is not all there."""
        for lexeme in lexemes[1:]:
            if not slots:
                following = self._tokens.search(self.text, end)
                if following is None or re.search(r"\w", self.text[end : following.start()]):
                    return 0
                slots, end = self._slots(following), following.end()
            if not slots or lexeme not in slots[0]:
                return 0
            slots = slots[1:]
        return end

    def _slots(self, found: re.Match[str]) -> list[list[str]]:
        """The lexemes at each position of a token; a stop word's keyword where it is one."""
        token: Token | None = analyse(found.group())
        if token is None:
            return []
        slots = [list(slot) for slot in token.slots]
        for language in self.forms.languages:
            stems = stems_at(language, found.group(), len(slots))
            for slot, more in zip(slots, stems, strict=True):
                slot.extend(more)
        if token.is_stop and (self.in_code or is_keyword(found.group(), token)):
            slots[0].append(keyword(token))
        return slots

    def _is_beside(self, one: tuple[int, int, Form], others: list[tuple[int, int, Form]]) -> bool:
        """Whether a match of a single sign, as in "n+1", is next to another word's match."""
        return any(
            other[2][0] != one[2][0]
            and -1 < (max(one[0], other[0]) - min(one[1], other[1])) <= len(" + ")
            and not re.search(r"\w", self.text[min(one[1], other[1]) : max(one[0], other[0])])
            for other in others
        )


def _whole_end(start: int, end: int, number: int, matches: list[tuple[int, int, Form]]) -> int:
    """Where the longest form of a word ends that begins there, if it covers no other word."""
    far = max(stop for begin, stop, form in matches if (begin, form[0]) == (start, number))
    is_whole = all(
        form[0] == number for begin, _, form in matches if start <= begin < far and far > end
    )
    return far if is_whole else end


def _is_tiny(match: tuple[int, int, Form]) -> bool:
    return all(len(lexeme) == 1 for lexeme in match[2][1])


def _part_of(found: re.Match[str], place: int, slots: int, lexeme: str) -> tuple[int, int]:
    """The part of a token at one of its positions: "Loop" of getEventLoop, where that is known."""
    token = analyse(found.group())
    if token is None or slots == 1 or lexeme == token.exact or lexeme in token.variants:
        return found.span()
    pieces = parts_of(found.group())
    if len(pieces) != slots:
        return found.span()
    start, end = pieces[place]
    return found.start() + start, found.start() + end
