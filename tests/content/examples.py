"""Runnable examples: which there are, and what the text says that they print.

A comment above a fence says what happens to it:

<!-- run -->                it is run, and prints the `text` fence that follows, with at most one
                            short paragraph between them
<!-- run in: FOLDER -->     the same, among the files of that folder of content/examples, after its
                            prepare.sh
<!-- begin -->              the next fence that is run begins with this one
<!-- file: NAME -->         it is a file beside what the article runs
<!-- not run: REASON -->    it cannot be run; where it needs something that is not here, the text
                            beside it says that it was not run, or how

A fence that takes in a file of content/examples needs none: the tests of that program are run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .articles import CONTENT, Article, Fence

PROGRAMS = CONTENT / "examples"
LANGUAGES = ("js", "ts", "python", "sql")  # bash may be run, too
LONGEST_BETWEEN = 300
TESTS = "*.test.mjs"
PREPARE = "prepare.sh"  # run before, in a program's folder

_MARK = re.compile(r"<!-- (?P<kind>run|begin|file|run in|not run)(?:: (?P<rest>\S.*))? -->")
_HOW = re.compile(r"\b(?:[Nn]ot run|[Rr]un with|[Rr]un by hand|tried by hand)\b")
_BARE = ("run", "begin")
_NAMED = ("run in", "file", "not run")
_RULE = re.compile(r"[-+ ]*-[-+ ]*")


@dataclass(frozen=True)
class Example:
    """Code to run, the output that the text claims, and the files that the code reads."""

    article: Article
    code: Fence
    output: Fence
    before: str = ""
    files: dict[str, str] = field(default_factory=dict)
    folder: str = ""

    @property
    def name(self) -> str:
        """File and line, as a test's name."""
        return f"{self.article.path}:{self.code.line}"

    @property
    def program(self) -> str:
        return self.before + self.code.code

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
    """Marks that stand above no fence, examples without output, and code without a mark."""
    return _pair(article)[1]


def _pair(article: Article) -> tuple[list[Example], list[str]]:
    found, wrong, marked = [], [], set()
    before, files = "", {}
    for number, line in enumerate(article.prose, 1):
        if "<!--" not in line:
            continue
        mark = _MARK.fullmatch(line)
        if mark is None or mark["kind"] not in (_BARE if mark["rest"] is None else _NAMED):
            wrong.append(article.at(number, f"{line}: is no mark of an example"))
            continue
        code, output = ([f for f in article.fences if f.line > number] + [None, None])[:2]
        if code is None or _between(article, number, code):
            wrong.append(article.at(number, f"{line} stands above no fence"))
            continue
        marked.add(code.line)
        rest = mark["rest"] or ""
        if rest.startswith("needs ") and not _says_so(article, number, code):
            wrong.append(article.at(code.line, "the text does not say that it was not run"))
        if mark["kind"] == "begin":
            before += code.code
        elif mark["kind"] == "file":
            files[rest] = code.code
        elif mark["kind"].startswith("run"):
            fault = _not_runnable(article, code, output, rest)
            if output is None or fault:
                wrong.append(article.at(code.line, fault))
            else:
                found.append(Example(article, code, output, before, dict(files), rest))
            before = ""
    return found, wrong + list(_without_mark(article, marked))


def _not_runnable(article: Article, code: Fence, output: Fence | None, folder: str) -> str:
    """Why the fence is no example that can be run; "" where it is one."""
    if folder and not (PROGRAMS / folder).is_dir():
        return f"there is no content/examples/{folder}"
    if code.language not in (*LANGUAGES, "bash"):
        return f"{code.language!r} cannot be run"
    if output is None or output.language != "text" or not _near(article, code, output):
        return "no text fence with the output follows"
    return ""


def _says_so(article: Article, number: int, code: Fence) -> bool:
    """Whether the paragraph above the mark or below the fence says how the code was tried."""
    above = [line for line in article.lines[: number - 1] if line.strip()][-1:]
    below = [line for line in article.lines[code.end :] if line.strip()][:1]
    return bool(_HOW.search(" ".join(above + below)))


def _without_mark(article: Article, marked: set[int]) -> Iterator[str]:
    """Fences of which nothing says what happens to them."""
    for fence in article.fences:
        if fence.shown:
            yield from (article.at(fence.line, fault) for fault in _of_no_program(fence))
        elif fence.language in LANGUAGES and fence.line not in marked:
            yield article.at(fence.line, "says neither that it is run nor why not")


def _of_no_program(fence: Fence) -> Iterator[str]:
    """What is wrong with a fence that takes in a file."""
    _, _, name = fence.shown.partition("examples/")
    program = PROGRAMS / name.partition("/")[0]
    if not fence.code:
        yield f"{fence.shown}: there is no such file or part"
    elif "/" not in name:
        yield f"{fence.shown} is not below content/examples"
    elif not any(program.glob(TESTS)) and not (program / PREPARE).exists():
        yield f"{fence.shown} has no tests beside it"


def _near(article: Article, code: Fence, output: Fence) -> bool:
    between = _between(article, code.end, output)
    return len(between) <= LONGEST_BETWEEN and "\n\n" not in between


def _between(article: Article, end: int, fence: Fence) -> str:
    return "\n".join(article.lines[end : fence.line - 1]).strip()
