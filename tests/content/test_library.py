"""All of content/ keeps the rules. A failure names the file and the line."""

import pytest

from . import examples, fences, links, spelling, structure
from .articles import Article, read_all

ARTICLES = read_all()
LIBRARY = links.library(ARTICLES)

for_every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.path)


def report(faults: list[str]) -> str:
    return "\n".join(["", *faults])


def test_there_are_articles() -> None:
    assert len([article for article in ARTICLES if not article.is_exempt]) >= 74


@for_every_article
def test_an_article_has_its_parts(article: Article) -> None:
    faults = structure.faults(article)
    assert not faults, report(faults)


@for_every_article
def test_every_fence_names_its_language_and_parses(article: Article) -> None:
    faults = fences.faults(article)
    assert not faults, report(faults)


@for_every_article
def test_every_runnable_example_has_an_output(article: Article) -> None:
    faults = examples.faults(article)
    assert not faults, report(faults)


@for_every_article
def test_every_link_prerequisite_and_step_leads_somewhere(article: Article) -> None:
    faults = links.faults(article, LIBRARY)
    assert not faults, report(faults)


@for_every_article
def test_every_word_is_spelt_right(article: Article) -> None:
    faults = spelling.faults(article)
    assert not faults, report(faults)


def test_no_title_is_there_twice() -> None:
    faults = structure.doubled_titles(ARTICLES)
    assert not faults, report(faults)


def test_prerequisites_do_not_need_each_other() -> None:
    assert links.circles(LIBRARY) == []


@pytest.mark.parametrize("name", ["words.txt", "tags.txt"])
def test_a_list_is_sorted_and_names_nothing_twice(name: str) -> None:
    words = (spelling.OWN_WORDS.parent / name).read_text(encoding="utf-8").split()
    assert words == sorted(set(words), key=lambda word: (word.lower(), word))
