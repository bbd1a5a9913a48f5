"""Glossaries that are a document: terms A to Z, of a long one a page for each letter."""

from topics.kinds.article import Article
from topics.models import Topic
from topics.page import Options, Shape
from topics.page_query import Rows


class Glossary(Article):
    """Its letters lead to the terms, or to the pages of a long glossary."""

    values = (Topic.Kind.GLOSSARY,)
    explains = False
    definition_order = 0
    contents = "topics/kinds/letters.html"

    def shape(self, rows: Rows, options: Options) -> Shape:
        letters: dict[str, str] = {}
        for row in rows.below:
            letters.setdefault(row.title[:1].upper(), row.anchor)
        return Shape(answers=self.answers(rows), letters=tuple(sorted(letters.items())))
