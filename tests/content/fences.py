"""Fences: each names its language, and its code parses as that language."""

import ast
import json
import re
from collections.abc import Callable, Iterator

import kubernetes_validate
import pglast
import tree_sitter_bash
import tree_sitter_containerfile
import tree_sitter_javascript
import tree_sitter_typescript
import yaml
from tree_sitter import Language, Node, Parser

from .articles import Article

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST = re.compile(rf"{_TOKEN} \S+ HTTP/(1\.[01]|2|3)")
_STATUS = re.compile(r"HTTP/(1\.[01]|2|3) [1-5]\d\d( .*)?")
_FIELD = re.compile(rf"{_TOKEN}:[ \t]*\S.*")
# Groups of custom resources: their schemas come with the controllers, not with Kubernetes.
_CUSTOM = ("gateway.networking.k8s.io", "networking.istio.io", "security.istio.io")


class Broken(Exception):
    """Code that does not parse. `line` is 1-based in the code, None where it is not known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def faults(article: Article) -> list[str]:
    """What is wrong with the article's fences."""
    found = []
    for fence in article.fences:
        if not fence.closed:
            found.append(article.at(fence.line, "the fence is not closed"))
        elif fence.language not in PARSERS:
            found.append(article.at(fence.line, f"unknown fence language {fence.language!r}"))
        else:
            try:
                PARSERS[fence.language](fence.code)
            except Broken as error:
                line = fence.line + (error.line or 0)
                found.append(article.at(line, f"is not {fence.language}: {error}"))
    return found + list(_hidden(article))


def _hidden(article: Article) -> Iterator[str]:
    """Sections that show other blocks of code than our fences: indented ones, or in quotes."""
    sections = article.document.sections
    ends = [section.line for section in sections[1:]] + [len(article.lines) + 1]
    for section, end in zip(sections, ends, strict=True):
        written = sum(section.line <= fence.line < end for fence in article.fences)
        if section.html.count("<pre") != written:
            yield article.at(section.line, "has a block of code that is no fence")


def _tree(language: object) -> Callable[[str], None]:
    parser = Parser(Language(language))

    def check(code: str) -> None:
        root = parser.parse(code.encode()).root_node
        if root.has_error:
            wrong = _first_error(root)
            raise Broken(f"unexpected {wrong.text!r:.60}", wrong.start_point.row + 1)

    return check


def _first_error(node: Node) -> Node:
    """The innermost node that holds the first error below a node that has one."""
    while not (node.is_error or node.is_missing):
        node = next(c for c in node.children if c.has_error or c.is_error or c.is_missing)
    return node


def _sql(code: str) -> None:
    try:
        pglast.parse_sql(code)
    except pglast.parser.ParseError as error:
        message, position = error.args[0], error.args[1] if len(error.args) > 1 else 0
        raise Broken(message, code.count("\n", 0, position or 0) + 1) from error


def _json(code: str) -> None:
    def refuse(name: str) -> None:
        raise Broken(f"{name} is no value")

    try:
        json.loads(code, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise Broken(error.msg, error.lineno) from error


def _yaml(code: str) -> None:
    try:
        documents = list(yaml.safe_load_all(code))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Broken(getattr(error, "problem", str(error)), mark and mark.line + 1) from error
    for document in documents:
        if isinstance(document, dict) and {"apiVersion", "kind"} <= document.keys():
            _manifest(document)


def _manifest(manifest: dict[str, object]) -> None:
    """An object of Kubernetes as the newest schemas describe it, without unknown fields."""
    group, _, _ = str(manifest["apiVersion"]).rpartition("/")
    if group in _CUSTOM:
        return
    name = f"{manifest['apiVersion']} {manifest['kind']}"
    try:
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
    except kubernetes_validate.SchemaNotFoundError as error:
        raise Broken(f"Kubernetes has no {name}") from error
    except kubernetes_validate.ValidationError as error:
        place = "".join(f".{key}" for key in error.absolute_path)
        raise Broken(f"{name}{place}: {error.message:.200}") from error


def _python(code: str) -> None:
    try:
        ast.parse(code)
    except SyntaxError as error:
        raise Broken(error.msg, error.lineno) from error


def _http(code: str) -> None:
    """One message of RFC 9112: a start line, field lines, and after a blank line any content."""
    start, *rest = code.rstrip("\n").split("\n")
    if not (_REQUEST.fullmatch(start) or _STATUS.fullmatch(start)):
        raise Broken(f"{start!r} is neither a request line nor a status line", 1)
    for number, line in enumerate(rest, 2):
        if not line:
            return
        if not _FIELD.fullmatch(line):
            raise Broken(f"{line!r} is no header field", number)


def _anything(code: str) -> None:
    """Languages that are only named."""


PARSERS: dict[str, Callable[[str], None]] = {
    "js": _tree(tree_sitter_javascript.language()),
    "ts": _tree(tree_sitter_typescript.language_typescript()),
    "bash": _tree(tree_sitter_bash.language()),
    "dockerfile": _tree(tree_sitter_containerfile.language()),
    "sql": _sql,
    "json": _json,
    "yaml": _yaml,
    "python": _python,
    "http": _http,
    **dict.fromkeys(
        ["text", "ini", "html", "graphql", "hcl", "java", "proto", "nginx", "promql"], _anything
    ),
}
