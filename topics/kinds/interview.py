"""Interviews: questions with answers, which can be hidden."""

from django.utils.translation import gettext as _

from topics.kinds.article import Article, texts
from topics.models import Topic
from topics.page_query import Rows


class Interview(Article):
    """Where no heading asks, every one does; and so does the page of a single question."""

    values = (Topic.Kind.INTERVIEW,)
    definition_order = 2
    is_area = True
    hue = 4
    aside = "topics/kinds/interview_aside.html"

    def answers(self, rows: Rows) -> frozenset[int]:
        found = super().answers(rows) or frozenset(row.id for row in texts(rows))
        return found | {rows.page.id} if rows.page.anchor and rows.page.html else found

    def has_answers(self, answers: frozenset[int], *, has_contents: bool) -> bool:
        return bool(answers) or has_contents

    def contents_title(self, *, is_first: bool) -> str:
        return _("Questions") if is_first else super().contents_title(is_first=is_first)

    def hide_label(self) -> str:
        return _("Hide the answers")
