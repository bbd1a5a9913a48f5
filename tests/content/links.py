"""Links, anchors, prerequisites, groups and path steps: all lead to something that is there."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from urllib.parse import urlsplit

from documents import PathStep, resolve

from .articles import Article

Library = Mapping[str, Article]


def library(articles: list[Article]) -> Library:
    """The articles by path."""
    return {article.path: article for article in articles}


def faults(article: Article, all_of: Library) -> list[str]:
    """Links, prerequisites and steps of the article that lead nowhere, and a missing group."""
    return [
        *_links(article, all_of),
        *_prerequisites(article, all_of),
        *_steps(article, all_of),
        *_group(article, all_of),
    ]


def circles(all_of: Library) -> list[str]:
    """Prerequisites that need each other, as paths; empty when there is an order to learn in."""
    needs = {path: _targets(article) for path, article in all_of.items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _links(article: Article, all_of: Library) -> Iterator[str]:
    for section in article.document.sections:
        for link in section.links:
            if link.kind == "external":
                fault = _external_fault(link.href)
            elif link.kind == "mail":
                fault = ""
            else:
                fault = _internal_fault(link.href, article, all_of)
            if fault:
                yield article.at(link.line or section.line, f"{link.href}: {fault}")


def _external_fault(href: str) -> str:
    """Only the form is looked at: the tests need no network."""
    parts = urlsplit(href)
    return "" if parts.scheme == "https" and "." in parts.netloc else "is no https address"


def _internal_fault(href: str, article: Article, all_of: Library) -> str:
    place = resolve(href, article.path)
    if place is None or place[0] not in all_of:
        return "no such article"
    path, anchor = place
    return "no such heading" if anchor and anchor.lower() not in _anchors(all_of[path]) else ""


def _anchors(article: Article) -> set[str]:
    document = article.document
    named = {name.lower() for section in document.sections for name in section.anchors}
    return named | {s.anchor.lower() for s in document.sections} | {document.title_anchor.lower()}


def _targets(article: Article) -> list[str]:
    """Paths of the prerequisites; "" for one that leads outside."""
    places = (resolve(href, article.path) for href in article.document.front.prerequisites)
    return [place[0] if place else "" for place in places]


def _prerequisites(article: Article, all_of: Library) -> Iterator[str]:
    for target in _targets(article):
        if target not in all_of:
            line = article.line_of("prerequisites")
            yield article.at(line, f"no such prerequisite: {target or 'outside of content/'}")


def _steps(article: Article, all_of: Library) -> Iterator[str]:
    document = article.document
    if document.front.kind != "path":
        return
    if len(document.steps) < 2:
        yield article.at(1, "is a path without steps")
    for step in document.steps:
        if not any(not _internal_fault(href, article, all_of) for href in step.hrefs):
            yield article.at(1, f"step {step.position} leads to no article")
        elif not _reason(step):
            yield article.at(1, f"step {step.position} gives no reason")


def _reason(step: PathStep) -> str:
    reason = step.text
    for name in step.names:
        reason = reason.replace(name, "")
    return reason.strip(" .:")


def _group(article: Article, all_of: Library) -> Iterator[str]:
    """An article's folder has an index that links to it, and a group's folder another above it."""
    folder = article.folder
    if article.name == "index.md":
        folder = folder.rpartition("/")[0]
    if not folder:
        return
    index = all_of.get(f"{folder}/index.md")
    if index is None:
        yield article.at(1, f"its group has no content/{folder}/index.md")
    elif article.path not in _linked(index):
        yield article.at(1, f"content/{index.path} does not link to it")


def _linked(article: Article) -> set[str]:
    links = (link for section in article.document.sections for link in section.links)
    places = (resolve(link.href, article.path) for link in links if link.kind == "internal")
    return {place[0] for place in places if place}
