"""Shortcodes of Hugo: `{{< name arguments >}}`, `{{% name %}}` … `{{% /name %}}`."""

import re
from functools import partial

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from . import site_values, tag_rules, tags, trees
from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs
from .tag_rules import Syntax
from .tags import Tag

_TAG = re.compile(
    r"\{\{([<%])[ \t\n]*(/?)[ \t\n]*([A-Za-z][\w./-]*)((?:[^>%\"`{}]|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|>(?!\}\})|%(?!\}\}))*?)(/?)[>%]\}\}"
)
_SHOWN = re.compile(r"\{\{([<%])/\*(.{0,1000}?)\*/([>%])\}\}", re.DOTALL)
_REF = re.compile(
    r"\]\([ \t]*\{\{[<%][ \t]*(?:rel)?ref[ \t]+(?:path[ \t]*=[ \t]*)?(?P<q>[\"'`])?"
    r"(?P<name>(?:[^\"'`\s<>%{}]|(?(q)[ ]|(?!))){1,300})[\"'`]?"
    r"[^<>{}\n]{0,100}?[>%]\}\}(?P<part>[^\s()]{0,200})\)"
)


# A value of the page, Hugo's `param` and Quarto's `meta`, or of Quarto's project, `var`.
_VALUE = re.compile(
    r"\{\{([<%])[ \t]*(param|meta|var)[ \t]+([\"'`]?)([\w.-]{1,100})\3[ \t]*[>%]\}\}"
)
_VARIABLES = "_variables.yml"
_NEXT_COLUMN = "<--->"  # between columns of the theme Book
_NAMES = {"filetree/container": "filetree"}


def _read(source: str) -> Tag | None:
    found = _TAG.fullmatch(source)
    if not found:
        return None
    name, last = found[3].lower(), found[3].lower().rpartition("/")[2]
    tag = Tag(
        last if last in tags.KNOWN else name,
        source,
        closes=bool(found[2]),
        stands_alone=bool(found[5]),
    )
    return tags.read_arguments(tag, found[4])


SYNTAX = Syntax("shortcode", ("{{<", "{{%"), _TAG, _read)


def _value(state: StateInline, silent: bool) -> bool:
    """A value of the front matter; one that is not there stays readable."""
    found = _VALUE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        reading = reading_of(state.env)
        keys = (found[4], f"params.{found[4]}")
        value = next((reading.front[key] for key in keys if reading.front.get(key)), "")
        if found[2] == "var":
            value = _of_project(found[4], state.env)
        value = value or site_values.value_of(reading, found[4])
        if not value and not state.env.get("in heading"):
            reading.unread["value of a shortcode shown as written"] += 1
        state.pending += value or found[0]
    state.pos = found.end()
    return True


def _of_project(name: str, env: Env) -> str:
    """A value of `_variables.yml`, or ""."""
    if "variables" not in env:
        reading = reading_of(env)
        found = reading.include(reading.path, _VARIABLES) if reading.include else None
        reading.included += [_VARIABLES] if reading.include else []
        try:
            env["variables"] = yaml.load(found[1], yaml.BaseLoader) if found else {}  # noqa: S506
        except (yaml.YAMLError, RecursionError, ValueError):
            env["variables"] = {}
    value = env["variables"]
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if _VALUE.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line]):
        return False
    return tag_rules.block(SYNTAX, state, line, end, silent)


def _shown(state: StateInline, silent: bool) -> bool:
    """A shortcode that is only spoken of: `{{</* name */>}}`."""
    if not state.src.startswith(("{{</*", "{{%/*"), state.pos):
        return False
    found = _SHOWN.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.pending += _plain(found)
    state.pos = found.end()
    return True


def _plain(found: re.Match[str]) -> str:
    return f"{{{{{found[1]}{found[2]}{found[3]}}}}}"


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Targets of links, and shortcodes that code speaks of."""
    for index, token in enumerate(tokens):
        if token.type == "inline":
            if token.content == _NEXT_COLUMN and tokens[index - 1].type == "paragraph_open":
                token.content = ""
                tokens[index - 1].hidden = tokens[index + 1].hidden = True
            if "ref" in token.content:
                token.content = _REF.sub(r"](<\g<name>\g<part>>)", token.content)
        elif token.type in ("fence", "code_block") and "/*" in token.content:
            token.content = _SHOWN.sub(_plain, token.content)
    return trees.in_lists(tokens) if any("tree" in token.meta for token in tokens) else tokens


def _inlines(children: list[Token], env: Env) -> list[Token]:
    for child in children:
        if child.type == "code_inline" and "/*" in child.content:
            child.content = _SHOWN.sub(_plain, child.content)
    return children


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "shortcode", _block, INTERRUPTING)
    markdown.inline.ruler.before("escape", "shortcode", partial(tag_rules.inline, SYNTAX))
    markdown.inline.ruler.before("shortcode", "shortcode_value", _value)
    markdown.inline.ruler.before("escape", "shown_shortcode", _shown)


DIALECT = Dialect(
    signs=signs(r"\{\{[<%]"),
    rules=_rules,
    stops=r"\{",
    blocks=_blocks,
    inlines=_inlines,
    examples=(
        (
            "{{< note >}}\nText **b**.\n{{< /note >}}",
            '<div class="note"><p class="note-title">Note</p><p>Text <strong>b</strong>.</p></div>',
        ),
        (
            '{{% callout type="warning" title="Mind" %}}\nText.\n{{% /callout %}}',
            '<div class="note note-warning"><p class="note-title">Mind</p><p>Text.</p></div>',
        ),
        (
            '{{< details "More" >}}\nText.\n{{< /details >}}',
            '<details class="note"><summary class="note-title">More</summary><p>Text.</p></details>',
        ),
        (
            '{{< tabs >}}\n{{< tab "A" >}}\na\n{{< /tab >}}\n{{< tab name="B" >}}\nb\n{{< /tab >}}\n'
            "{{< /tabs >}}",
            '<div class="tabs"><details class="tab" name="tabs-0-94" open=""><summary class="tab-title">A</summary><p>a</p></details>'
            '<details class="tab" name="tabs-0-94"><summary class="tab-title">B</summary><p>b</p></details></div>',
        ),
        (
            "Call {{< highlight go >}}x := *p{{< /highlight >}}.",
            "<p>Call <code>x := *p</code>.</p>",
        ),
        (
            "{{< highlight sh >}}\na\n{{< /highlight >}}",
            '<pre class="code" tabindex="0" data-language="sh"><code>a\n</code></pre>',
        ),
        (
            '{{< figure src="a.png" alt="Alt" >}}',
            '<p><img src="a.png" alt="Alt"></p>',
        ),
        (
            '{{< filetree/container >}}\n{{< filetree/folder name="a" >}}\n{{< filetree/file name="b" >}}\n'
            "{{< /filetree/folder >}}\n{{< /filetree/container >}}",
            "<ul><li>a<ul><li>b</li></ul></li></ul>",
        ),
        (
            "{{< hint info >}}\na\n{{< /hint >}}\n\n{{< comment >}}\nb\n{{< /comment >}}\n{{< comment >}}c{{< /comment >}}",
            '<div class="note"><p class="note-title">Info</p><p>a</p></div>',
        ),
        (
            '{{< button relref="/a" >}}Go{{< /button >}} {{< ref "/b" >}}',
            '<p><a href="/a">Go</a> <a href="/b">/b</a></p>',
        ),
        (
            "{{< youtube w7Ft2ymGmfc >}}",
            '<p><a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc">Youtube</a></p>',
        ),
        ("{{< new-in 0.144.0 />}}", "<p>New in 0.144.0</p>"),
        ("One {{< kbd Tab >}} two", "<p>One <kbd>Tab</kbd> two</p>"),
        ('A [b]({{< ref "c.md#d" >}}) e', '<p>A <a href="c.md#d">b</a> e</p>'),
        ('[b]({{% relref "/c" %}}#d)', '<p><a href="/c#d">b</a></p>'),
        ("`{{</* note */>}}` {{%/* x */%}}", "<p><code>{{&lt; note &gt;}}</code> {{% x %}}</p>"),
        ('## A {{< unknown "x" >}}', "<h2>A </h2>"),
        ("{{< pagebreak >}}\n\n{{% param a.b %}}", "<p>{{% param a.b %}}</p>"),
        ("{{< unknown >}}", "<p>{{&lt; unknown &gt;}}</p>"),
        ("A {{< unknown a=b >}} c", "<p>A {{&lt; unknown a=b &gt;}} c</p>"),
    ),
)
