"""Templates as Django reads them, with what is the same on every page put together once.

Most of a page's nodes are its frame: words in the reader's language, names of routes, static files,
drawings. Their text depends on the language alone, and on the path where the site is mounted, so
neighbours among them become one node that remembers it. Only nodes of which that is known are
taken: what reads a variable never is.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.template import Node, NodeList, Origin, Template
from django.template.base import FilterExpression, TextNode, TokenType, Variable
from django.template.context import Context
from django.template.defaulttags import LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders.base import Loader as BaseLoader
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.translation import get_language

CHILDREN = ("nodelist", "nodelist_loop", "nodelist_empty")


class FixedNode(Node):
    """Nodes side by side whose text is fixed, once for each language."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.kept: dict[tuple[str | None, bool], tuple[str, str]] = {}

    def render(self, context: Context) -> str:
        """The text, from memory unless the site is mounted elsewhere than last time."""
        key, prefix = (get_language(), context.autoescape), get_script_prefix()
        known = self.kept.get(key)
        if known is None or known[0] != prefix:
            known = self.kept[key] = (prefix, self.nodes.render(context))
        return known[1]


class FixingLoader(BaseLoader):
    """Reads a template and puts its fixed nodes together."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template; raises TemplateDoesNotExist."""
        template = super().get_template(template_name, skip)
        fix(template.nodelist)
        return template


class Loader(CachedLoader, FixingLoader):
    """The same, each template once."""


def fix(nodes: NodeList) -> None:
    """Put fixed nodes that are side by side together, here and in all nodes inside."""
    found: list[Node] = []
    for are_fixed, run in groupby(nodes, is_fixed):
        if are_fixed:
            texts = list(_joined(run))
            is_text = all(isinstance(node, TextNode) for node in texts)
            found += texts if is_text else [FixedNode(texts)]
            continue
        for node in run:
            for inside in _inside(node):
                fix(inside)
            found.append(node)
    nodes[:] = found


def _joined(nodes: Iterable[Node]) -> Iterator[Node]:
    """The same text with as few nodes as can be; what is empty is left out."""
    for are_constant, run in groupby(nodes, is_constant):
        if not are_constant:
            yield from run
        elif text := NodeList(run).render(Context()):
            yield TextNode(text)


def _inside(node: Node) -> Iterator[NodeList]:
    """The lists of nodes inside a node: those that it names, and the branches of an `if`."""
    for name in {*node.child_nodelists, *CHILDREN}:
        inside = getattr(node, name, None)
        if isinstance(inside, NodeList):
            yield inside
    for _, inside in getattr(node, "conditions_nodelists", ()):
        yield inside


def is_fixed(node: Node) -> bool:
    """Whether a node's text depends on the language and the place of the site alone."""
    if isinstance(node, TranslateNode):
        return not (node.asvar or node.message_context) and _is_literal(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        is_plain = not (node.asvar or node.message_context or node.extra_context or node.countervar)
        return is_plain and all(token.token_type == TokenType.TEXT for token in node.singular)
    if isinstance(node, StaticNode):
        return node.varname is None and _is_literal(node.path)
    if isinstance(node, URLNode):
        values = [node.view_name, *node.args, *node.kwargs.values()]
        return node.asvar is None and all(map(_is_literal, values))
    return is_constant(node)


def is_constant(node: Node) -> bool:
    """Whether a node's text is always the same. A tag's function says so (`is_constant`)."""
    if isinstance(node, SimpleNode):
        is_told = getattr(node.func, "is_constant", False) and node.target_var is None
        return is_told and all(map(_is_literal, [*node.args, *node.kwargs.values()]))
    return isinstance(node, TextNode | LoadNode)


def _is_literal(value: FilterExpression) -> bool:
    """Whether an expression is a literal without filters."""
    if value.filters:
        return False
    return not isinstance(value.var, Variable) or value.var.lookups is None
