"""What every article has: front matter, one title, a length, questions, a way on."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from documents import Document, ParsedSection, Refused

from .articles import Article

TAGS = frozenset((Path(__file__).parent / "tags.txt").read_text(encoding="utf-8").split())
MORE = {"short_title", "verified"}  # what tests/content/verified.py looks at
WORDS = range(700, 1801)
QUESTIONS = range(3, 7)
LONGEST_SUMMARY = 170

_NO_PROSE = re.compile(r"<!--.*?-->|\]\([^)]*\)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9][\w'’.-]*")


def faults(article: Article) -> list[str]:
    """What is wrong with the article's front matter, title, length and questions."""
    try:
        document = article.document
    except Refused as refused:
        return [article.at(refused.line, f"the importer refuses it: {refused.reason}")]
    found = [article.at(notice.line, notice.message) for notice in document.notices]
    found += _front_matter(article)
    found += _title(article)
    if not article.is_exempt:
        found += _length(article)
        found += _questions(article, document)
    return found


def words(article: Article) -> int:
    """Number of words outside fences and the targets of links."""
    return len(_WORD.findall(_NO_PROSE.sub("", "\n".join(article.prose))))


def doubled_titles(articles: Iterable[Article]) -> list[str]:
    """Titles that several articles have, whatever the case of their letters."""
    by_title = defaultdict(list)
    for article in articles:
        by_title[article.document.title.casefold()].append(article)
    return [
        again.at(again.line_of("title"), f"has the title of content/{first.path}")
        for first, *others in by_title.values()
        for again in others
    ]


def _front_matter(article: Article) -> Iterator[str]:
    front = article.document.front
    required = ["title", "summary", "tags", "order"] + ([] if article.is_exempt else ["level"])
    for key in required:
        if getattr(front, key) in ("", [], None):
            yield article.at(1, f"the front matter lacks {key}")
    for key in front.extra.keys() - MORE:
        yield article.at(article.line_of(key), f"the front matter has an unknown key {key!r}")
    for tag in front.tags:
        if tag not in TAGS:
            yield article.at(article.line_of("tags"), f"{tag!r} is not in tags.txt")
    if len(front.summary) > LONGEST_SUMMARY:
        yield article.at(article.line_of("summary"), f"{len(front.summary)} characters of summary")
    if front.summary and not front.summary.endswith((".", "?")):
        yield article.at(article.line_of("summary"), "the summary is no sentence")


def _title(article: Article) -> Iterator[str]:
    headings = [(n, line[2:]) for n, line in enumerate(article.prose, 1) if line.startswith("# ")]
    if len(headings) != 1:
        yield article.at(headings[1][0] if headings else 1, f"{len(headings)} headings of level 1")
    elif headings[0][1].strip() != article.document.front.title:
        yield article.at(headings[0][0], "the heading is not the title of the front matter")


def _length(article: Article) -> Iterator[str]:
    if (count := words(article)) not in WORDS:
        yield article.at(1, f"{count} words")


def _questions(article: Article, document: Document) -> Iterator[str]:
    chapters = {s.title: (i, s) for i, s in enumerate(document.sections) if s.level == 2}
    if "Where next" not in chapters:
        yield article.at(1, "has no section 'Where next'")
    if "Check yourself" not in chapters:
        yield article.at(1, "has no section 'Check yourself'")
        return
    index, chapter = chapters["Check yourself"]
    questions = [section for section in document.sections if section.parent == index]
    if len(questions) not in QUESTIONS:
        yield article.at(chapter.line, f"asks {len(questions)} questions")
    for question in questions:
        if not _is_answered(question):
            yield article.at(question.line, "is no question with an answer")


def _is_answered(section: ParsedSection) -> bool:
    return section.title.endswith("?") and section.words > 0
