"""Runnable examples: which there are, and what the text says that they print.

`<!-- run -->` stands above the fence with the code; a `text` fence with the output follows, with
at most one short paragraph between them.
"""

import re
from dataclasses import dataclass

from .articles import Article, Fence

MARK = "<!-- run -->"
LANGUAGES = ("js", "ts", "python", "sql")
LONGEST_BETWEEN = 300

_RULE = re.compile(r"[-+ ]*-[-+ ]*")


@dataclass(frozen=True)
class Example:
    """Code to run and the output that the text claims."""

    article: Article
    code: Fence
    output: Fence

    @property
    def name(self) -> str:
        """File and line, as a test's name."""
        return f"{self.article.path}:{self.code.line}"

    @property
    def expected(self) -> list[str]:
        return comparable(self.output.code, self.code.language)


def comparable(output: str, language: str) -> list[str]:
    """The lines that count: without trailing blanks; of SQL's tables without their alignment."""
    lines = [line.rstrip() for line in output.rstrip().splitlines()]
    if language != "sql":
        return lines
    rows = (" ".join(line.split()) for line in lines if not _RULE.fullmatch(line))
    return [row for row in rows if row]


def examples(article: Article) -> list[Example]:
    """The article's examples that are complete."""
    return _pair(article)[0]


def faults(article: Article) -> list[str]:
    """Marks that stand above no fence, examples without output, other comments."""
    return _pair(article)[1]


def _pair(article: Article) -> tuple[list[Example], list[str]]:
    found, wrong = [], []
    for number, line in enumerate(article.prose, 1):
        if line != MARK:
            if "<!--" in line:
                wrong.append(article.at(number, f"the only comment in an article is {MARK}"))
            continue
        code, output = ([f for f in article.fences if f.line > number] + [None, None])[:2]
        if code is None or _between(article, number, code):
            wrong.append(article.at(number, f"{MARK} stands above no fence"))
        elif code.language not in LANGUAGES:
            wrong.append(article.at(code.line, f"{code.language!r} cannot be run"))
        elif output is None or output.language != "text" or not _near(article, code, output):
            wrong.append(article.at(code.line, "no text fence with the output follows"))
        else:
            found.append(Example(article, code, output))
    return found, wrong


def _near(article: Article, code: Fence, output: Fence) -> bool:
    between = _between(article, code.end, output)
    return len(between) <= LONGEST_BETWEEN and "\n\n" not in between


def _between(article: Article, end: int, fence: Fence) -> str:
    return "\n".join(article.lines[end : fence.line - 1]).strip()
