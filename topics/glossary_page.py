"""The glossary: what the texts themselves define, A to Z, each with the section that says so."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Left, Lower

from topics.models import Definition, Topic
from topics.summaries import Place, SectionHeading
from topics.visibility import published

SHORT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}")
OTHER = "#"  # the heading of all that does not begin with a letter
MOST_TERMS = 500
MOST_NAMES = 3_000
MOST_FILTERS = 5  # words of a query


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one section says of a term."""

    text: str
    place: Place
    section: int  # its key


@dataclass(frozen=True, slots=True)
class Term:
    """A term with each of its meanings."""

    term: str
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """One letter's terms, or with a query those of all letters that match. `total` counts all."""

    letters: tuple[str, ...]
    letter: str
    query: str
    terms: tuple[Term, ...]
    total: int


def find_terms(query: str = "", letter: str = "") -> Glossary:
    """The terms that hold every word of the query, else those of a letter. Two queries.

    Further words than the first few are left out, of the `query` of what is returned too.
    """
    words = list(dict.fromkeys(query.casefold().split()))[:MOST_FILTERS]
    if len(words) < len(query.split()):
        query = " ".join(words)
    definitions = Definition.objects.filter(published("section__")).annotate(first=Left("term", 1))
    counts = definitions.order_by().values_list("first")
    letters: dict[str, list[str]] = {}
    total = 0
    for first, count in counts.annotate(count=Count("pk")):
        letters.setdefault(letter_of(first), []).append(first)
        total += count
    names = sorted(letters, key=lambda name: (name == OTHER, name))
    letter = "" if query else letter_of(letter) or "".join(names[:1])
    if not query:
        definitions = definitions.filter(first__in=letters.get(letter, []))
    for word in words:
        definitions = definitions.filter(term__icontains=word)
    return Glossary(tuple(names), letter, query, _terms(definitions), total)


def meaning_of(*terms: str) -> Term | None:
    """What the texts say that a term is, a glossary's words before an article's. One query.

    Of several names the first that is explained somewhere counts; last comes what a glossary
    explains under its full name with the short one behind it: "A large language model (LLM)".
    """
    names = [term.casefold() for term in reversed(terms)]
    order = {form: -n for n, name in enumerate(names) for form in (name.removesuffix("s"), name)}
    is_glossary = Q(section__topic__kind=Topic.Kind.GLOSSARY)
    in_text = Q(text__iregex=rf"^[^.]{{0,80}}\({re.escape(names[-1])}\)") & is_glossary
    rows = Definition.objects.filter(published("section__")).annotate(key=Lower("term"))
    rows = rows.filter(Q(key__in=order) | (in_text if SHORT_NAME.fullmatch(terms[0]) else Q()))
    rows = rows.annotate(is_glossary=ExpressionWrapper(is_glossary, BooleanField()))
    found = _terms(rows, "-is_glossary")
    return min(found, key=lambda one: order.get(one.term.casefold(), 1), default=None)


def names() -> list[str]:
    """The terms of the glossaries, for pages to explain where they are in a text. One query."""
    rows = Definition.objects.filter(published("section__"), term__regex=r"^\S.*\S$")
    rows = rows.filter(section__topic__kind=Topic.Kind.GLOSSARY).order_by("term")
    return list(rows.values_list("term", flat=True).distinct()[:MOST_NAMES])


def letter_of(term: str) -> str:
    """The letter that a term is listed under: without accents, in upper case."""
    first = unicodedata.normalize("NFD", term)[:1].upper()[:1]
    return first if first.isalpha() or not first else OTHER


def _terms(definitions: QuerySet[Definition], *first: str) -> tuple[Term, ...]:
    """Each term once, in whatever case it is written; `first` is the order before the alphabet."""
    rows = definitions.select_related("section__topic").only(
        "term", "text", "section__anchor", "section__title", "section__number",
        "section__title_html", "section__topic__path", "section__topic__title",
    )  # fmt: skip
    terms: dict[str, tuple[str, list[Meaning]]] = {}
    for row in rows.order_by(*first, Lower("term"), F("section__topic__path"), "position")[
        :MOST_TERMS
    ]:
        section = SectionHeading.of(row.section)
        title = row.section.topic.title
        if section.anchor and section.title != row.term:
            title = f"{title}: {section.title}"
        _, meanings = terms.setdefault(row.term.casefold(), (row.term, []))
        meanings.append(Meaning(row.text, Place(title, section.url), section.id))
    return tuple(Term(term, tuple(meanings)) for term, meanings in terms.values())
