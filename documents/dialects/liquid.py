"""Tags and values of Liquid and its like: `{% note %}` … `{% endnote %}`, `{{ page.title }}` (Jekyll,
GitBook, GitHub's docs, Vue in VitePress)."""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from . import hexo, site_values, tag_rules, tags
from .dialect import INTERRUPTING, Dialect, Env, parse_inside, reading_of, signs
from .tag_rules import Syntax
from .tags import Tag

_TAG = re.compile(
    r"\{%-?[ \t\n]*(/?[A-Za-z_][\w-]*)((?:[^%{}\"']|\"[^\"]*\"|'[^']*'|%(?!\}))*?)-?%\}"
)
_CALLED = re.compile(r"\s*\((.*)\)\s*", re.DOTALL)
_DIAGRAM = re.compile(
    r"\{% @mermaid/diagram[ \t]+content=\"((?:[^\"\\]|\\.){0,8000})\"[^%{}]{0,200}%\}[ \t]*(?=\n|\Z)"
)
_COMMENT_END = re.compile(r"\{%-?[ \t\n]*endcomment[ \t\n]*-?%\}")
_VALUE = re.compile(r"\{\{-?[ \t]*([^{}\n]{1,300}?)[ \t]*-?\}\}")
_NAME = re.compile(r"(?:page|\$?frontmatter|\$?params|this\.page)\.([\w.-]+)")
_SUBSTITUTED = re.compile(r"[A-Za-z_]\w*")  # a name of MyST's substitutions
_JINJA_COMMENT = re.compile(r"\{#(?:[ \t\n-][^{}]{0,2000}?)?#\}")  # MkDocs' macros
# In the address of an element: a path that is quoted, and what comes before all paths.
_CAPTURED = re.compile(r"\{\{-?[ \t]*([A-Za-z_]\w*)[ \t]*(?:\|[ \t]*markdownify[ \t]*)?-?\}\}")
_IN_HTML = re.compile(
    r"(?<==[\"'])\{\{-?[ \t]*(?:([\"'])([^\"'{}\n]{1,300})\1[ \t]*(?:\|[^{}\n]{1,100})?"
    r"|site\.(?:base)?url[^{}\n]{0,60})\}\}"
)
_QUOTED = re.compile(r"([\"'])([^\"'{}]{0,300})\1")
_BASE = re.compile(
    r"\]\([ \t]*(?:\{\{-?[ \t]*site\.(?:base)?url[^{}\n]{0,60}\}\})+([^\s()]{0,300})\)"
)
_LINK = re.compile(
    r"\]\([ \t]*(?:\{\{-?[ \t]*site\.(?:base)?url[^{}\n]{0,60}\}\})*\{%-?[ \t]*(link|post_url)[ \t]+"
    r"[\"']?([^\s%{}\"']{1,300})[\"']?[ \t]*-?%\}([^\s()]{0,200})\)"
)
_FILTERED = re.compile(
    r"\]\([ \t]*\{\{-?[ \t]*[\"']([^\"'{}\n]{1,300})[\"'][ \t]*\|[^{}\n]{1,100}\}\}([^\s()]{0,200})\)"
)
_DEFINITION = re.compile(
    r"\[([^\[\]\n]{1,300})\]:[ \t]*(?:(?:\{\{-?[ \t]*site\.(?:base)?url[^{}\n]{0,60}\}\})?"
    r"\{%-?[ \t]*(link|post_url)[ \t]+([^\s%{}]{1,300})[ \t]*-?%\}"
    r"|\{\{-?[ \t]*site\.(?:base)?url[^{}\n]{0,60}\}\}|\{\{[<%][ \t]*(?:rel)?ref[ \t]+[\"']?"
    r"([^\s\"'<>%{}]{1,300})[\"']?[^{}\n]{0,60}\}\}"
    r"|\{\{-?[ \t]*[\"']([^\"'{}\n]{1,300})[\"'][ \t]*\|[^{}\n]{1,100}\}\})([^\s]{0,300})"
    r"(?:[ \t]+[\"'(]([^\"'()\n]{0,200})[\"')])?[ \t]*"
)
_RAW = re.compile(
    r"\{%-?[ \t]*raw[ \t]*-?%\}\n?((?:(?!\{%-?[ \t]*raw\b).){0,20000}?)\{%-?[ \t]*endraw[ \t]*-?%\}\n?",
    re.DOTALL,
)
# Tags that choose between texts: all of them are shown.
_CHOICES = frozenset(
    (
        "if",
        "elsif",
        "elif",
        "else",
        "endif",
        "/if",
        "ifversion",
        "endifversion",
        "unless",
        "endunless",
    )
)
_SILENT = frozenset(("assign", "set", "raw", "endraw", "capture", "endcapture", "load", "import"))
# What GitBook's plugins set beside each other.
_BESIDE = frozenset(("method", "endmethod", "sample", "endsample", "common", "endcommon"))


def _read(source: str) -> Tag | None:
    found = _TAG.fullmatch(source)
    if not found:
        return None
    name = found[1].lower()
    if name == "comment":
        return None
    closes = name.startswith(("end", "/"))  # Markdoc closes by `/`
    name = name.replace("/", "end", 1)
    tag = Tag((name.removeprefix("end") or name) if closes else name, source, closes=closes)
    said = found[2]
    tag.stands_alone = said.rstrip().endswith("/")
    said = said.rstrip().removesuffix("/") if tag.stands_alone else said
    if call := _CALLED.fullmatch(said):
        said = call[1]
    return tags.read_arguments(tag, said) if closes else hexo.read(tag, said)


SYNTAX = Syntax("Liquid tag", ("{%",), _TAG, _read)


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """What is of Liquid's own among the tags on lines of their own."""
    start = state.bMarks[line] + state.tShift[line]
    if state.src.startswith("{#", start) and reading_of(state.env).tool == "mkdocs":
        comment = _JINJA_COMMENT.match(state.src, start, state.eMarks[end - 1])
        if not comment or state.src[comment.end() : state.src.find("\n", comment.end())].strip():
            return False
        below = line + state.src.count("\n", start, comment.end()) + 1
        state.line = line if silent else below
        return True
    if not state.src.startswith("{%", start) or state.is_code_block(line):
        return False
    if _diagram(state, line, start, end, silent=silent):
        return True
    found = _TAG.match(state.src, start, state.eMarks[line])
    if found and found[1].lower() == "comment":
        close = _end_of_comment(state, found.end())
        is_within = start < close <= state.eMarks[end - 1]
        if is_within and not state.src[close : state.src.find("\n", close)].strip():
            state.line = line if silent else line + state.src.count("\n", start, close) + 1
            return True
    found = _TAG.fullmatch(state.src[start : state.eMarks[line]].rstrip())
    name = found[1].lower() if found else ""
    if name in _CHOICES or name in _SILENT or name in _BESIDE:
        if not silent:
            if name in ("if", "ifversion", "unless"):
                reading_of(state.env).unread["Liquid condition of which all parts are shown"] += 1
            _remember(name, found[2] if found else "", state.env)
            state.line = line + 1
        return True
    return tag_rules.block(SYNTAX, state, line, end, silent)


def _diagram(state: StateBlock, line: int, start: int, end: int, *, silent: bool) -> bool:
    """A diagram of GitBook: `{% @mermaid/diagram content="…" %}`."""
    found = _DIAGRAM.match(state.src, start) if state.src.startswith("{% @", start) else None
    if not found or found.end() > state.eMarks[end - 1]:
        return False
    if not silent:
        below = line + found[0].count("\n") + 1
        token = state.push("fence", "code", 0)
        token.info, token.map = "mermaid", [line, below]
        token.content = found[1].replace('\\"', '"').rstrip() + "\n"
        state.line = below
    return True


def _remember(tag: str, said: str, env: Env) -> None:
    """Remember what a document's own tag calls by a name: a text, or what is shown in its place."""
    name, _, value = said.strip().partition("=")
    if tag in ("assign", "set", "capture") and _SUBSTITUTED.fullmatch(name.strip()):
        text = _QUOTED.fullmatch(value.strip())
        if text or tag == "capture":
            env.setdefault("assigned", {})[name.strip()] = text[2] if text else ""


def _end_of_comment(state: StateBlock | StateInline, start: int) -> int:
    """Where a comment ends that is open at `start`, or -1. An end is looked for once."""
    src, begin, close, end = state.env.get("comment", ("", 0, -1, -1))
    if src is not state.src or start < begin or 0 <= close < start:
        found = _COMMENT_END.search(state.src, start)
        begin, (close, end) = start, found.span() if found else (-1, -1)
        state.env["comment"] = (state.src, begin, close, end)
    return end


def _definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The definition of a reference whose target is a tag."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("[", start) or state.is_code_block(line):
        return False
    found = _DEFINITION.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if not silent:
        named = (found[3] or found[4] or found[5] or "").strip("\"'")
        href = _address(found[2], named) + found[6]
        target = {"title": found[7] or "", "href": href or "/"}
        state.env["references"].setdefault(normalizeReference(found[1]), target)
        state.line = line + 1
    return True


def _remark(state: StateInline, silent: bool) -> bool:
    """A comment of Jinja, in which MkDocs' macros are written."""
    if not state.src.startswith("{#", state.pos) or reading_of(state.env).tool != "mkdocs":
        return False
    found = _JINJA_COMMENT.match(state.src, state.pos, state.posMax)
    if found:
        state.pos = found.end()
    return bool(found)


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src.startswith("{%", state.pos):
        found = _TAG.match(state.src, state.pos, state.posMax)
        if found and found[1].lower() == "comment":
            close = _end_of_comment(state, found.end())
            if close > 0:
                state.pos = close
                return True
        if found and found[1].lower() in _CHOICES | _SILENT:
            if not silent and found[1].lower() in ("if", "ifversion", "unless"):
                reading_of(state.env).unread["Liquid condition of which all parts are shown"] += 1
            if not silent:
                _remember(found[1].lower(), found[2], state.env)
            state.pos = found.end()
            return True
        return tag_rules.inline(SYNTAX, state, silent)
    if not state.src.startswith("{{", state.pos):
        return False
    found = _VALUE.match(state.src, state.pos, state.posMax)
    if not found or found[0].startswith(("{{<", "{{%", "{{#", "{{{")):
        return False
    if not silent:
        known = _known(found[1], state.env)
        if (
            (known is None and (text := _substitute(found[1], state.env)))
            or (known is None and (text := hexo.called(found[1], found[0])))
            or (known is None and (text := site_values.value_of(reading_of(state.env), found[1])))
        ):
            parse_inside(state, text)
        elif known is None:
            reading_of(state.env).unread["value {{ … }} shown as written"] += 1
            token = state.push("value", "", 0)
            token.content = found[0]
        else:
            state.pending += known
    state.pos = found.end()
    return True


def _known(expression: str, env: Env) -> str | None:
    """The front matter's value, or the text that a string stands for."""
    if expression.startswith("book."):
        return site_values.of_book(expression.removeprefix("book."), env)
    found = _NAME.match(expression)
    if found:
        return reading_of(env).front.get(found[1]) or None
    name = expression.split("|", 1)[0].strip()
    if name in (assigned := env.get("assigned", {})):
        return str(assigned[name])
    if len(expression) > 1 and expression[0] in "\"'`" and expression[-1] == expression[0]:
        inner = expression[1:-1]
        return inner if expression[0] not in inner else None
    return None


def _substitute(name: str, env: Env) -> str:
    """The Markdown that a document's own front matter gives a name, or "" (MyST)."""
    if not _SUBSTITUTED.fullmatch(name):
        return ""
    front = reading_of(env).front
    keys = (f"{above}substitutions.{name}" for above in ("myst.", ""))
    text = next((front[key] for key in keys if key in front), "")
    return "" if "{{" in text else text  # one may name itself


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Targets of links; in code, marks that only say that it holds no tags."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            token.content = _without_raw(token.content)
        elif token.type == "html_block":
            text = _CAPTURED.sub(lambda found: _captured(found, env), token.content)
            token.content = _with_addresses(text)
        elif token.type == "inline" and "](" in token.content:
            text = _LINK.sub(_as_link, token.content)
            text = _FILTERED.sub(r"](<\1\2>)", text)
            token.content = _BASE.sub(lambda found: f"](<{found[1] or '/'}>)", text)
    return tokens


def _inlines(children: list[Token], env: Env) -> list[Token]:
    for child in children:
        if child.type == "code_inline":
            child.content = _without_raw(child.content)
        elif child.type == "html_inline":
            child.content = _with_addresses(child.content)
    return children


def _captured(found: re.Match[str], env: Env) -> str:
    """In HTML, what the document itself gave a name; a part of it is shown where that begins."""
    return str(env.get("assigned", {}).get(found[1], found[0]))


def _with_addresses(html: str) -> str:
    """HTML whose addresses are those that Liquid would write."""
    if "{{" not in html:
        return html
    return _IN_HTML.sub(lambda found: found[2] or "", html)


def _without_raw(code: str) -> str:
    return _RAW.sub(r"\1", code) if "endraw" in code else code


def _as_link(found: re.Match[str]) -> str:
    return f"](<{_address(found[1], found[2])}{found[3]}>)"


def _address(tag: str | None, name: str) -> str:
    """The address of a document; a post is named without its folder."""
    if tag == "post_url":
        return f"wiki:{name.strip('/')}"
    return f"/{name.lstrip('/')}" if tag == "link" else name


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "liquid", _block, INTERRUPTING)
    markdown.block.ruler.before("html_block", "hexo_tab", hexo.tab, INTERRUPTING)
    markdown.block.ruler.before("reference", "liquid_definition", _definition, INTERRUPTING)
    markdown.inline.ruler.before("escape", "liquid", _inline)
    markdown.inline.ruler.before("escape", "jinja_comment", _remark)


DIALECT = Dialect(
    signs=signs(r"\{%", r"\{\{", r"\{#[ \n-]"),
    rules=_rules,
    stops=r"\{",
    blocks=_blocks,
    inlines=_inlines,
    examples=(
        (
            "`{% raw %}{{ a }}{% endraw %}` `{% raw %}`",
            "<p><code>{{ a }}</code> <code>{% raw %}</code></p>",
        ),
        (
            "```\n{% raw %}\n{{ a }}\n{% endraw %}\n```",
            '<pre class="code" tabindex="0"><code>{{ a }}\n</code></pre>',
        ),
        (
            "{% note %}\nText.\n{% endnote %}",
            '<div class="note"><p class="note-title">Note</p><p>Text.</p></div>',
        ),
        (
            '{% hint style="warning" %}\nText.\n{% endhint %}',
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Text.</p></div>',
        ),
        (
            '{% tabs %}\n{% tab title="A" %}\na\n{% endtab %}\n{% endtabs %}',
            '<div class="tabs"><details class="tab" name="tabs-0-60" open=""><summary class="tab-title">A</summary><p>a</p></details></div>',
        ),
        (
            "{% highlight sh %}\na\n{% endhighlight %}",
            '<pre class="code" tabindex="0" data-language="sh"><code>a\n</code></pre>',
        ),
        (
            '{% code title="a.sh" %}\n```sh\na\n```\n{% endcode %}',
            '<pre class="code" tabindex="0" data-language="sh" data-title="a.sh"><code>a\n</code></pre>',
        ),
        ("Run {% highlight sh %}a *b*{% endhighlight %}.", "<p>Run <code>a *b*</code>.</p>"),
        ("{% raw %}\n{% endraw %}\nText.", "<p>Text.</p>"),
        ("{% if a %}\nText.\n{% else %}\nOther.\n{% endif %}", "<p>Text.</p><p>Other.</p>"),
        ("{% comment %}\nNo.\n{% endcomment %}\nText.", "<p>Text.</p>"),
        ("{%- comment -%}No.{%- endcomment -%}\nText.", "<p>Text.</p>"),
        ("A {% comment %}no{% endcomment %} b {% comment %} c", "<p>A  b {% comment %} c</p>"),
        ("[a]({% link b/c.md %}#d)", '<p><a href="/b/c.md#d">a</a></p>'),
        (
            "{% capture c %}\na\n{% endcapture %}\n{{ c | markdownify }}\n{% assign d = 'e' %}\n{{ d }}",
            "<p>a</p><p></p><p>e</p>",
        ),
        (
            "[a]({{ site.baseurl }}{% link b.md %}) [c]({% post_url 2020-01-02-d %}#e)",
            '<p><a href="/b.md">a</a> <a href="wiki:2020-01-02-d#e">c</a></p>',
        ),
        ('[a]({{ "/b/" | relative_url }})', '<p><a href="/b/">a</a></p>'),
        ("[A]\n\n[a]: {% link b.md %}#c\n[b]: {{ site.url }}/d", '<p><a href="/b.md#c">A</a></p>'),
        ("[a]({{ site.baseurl }}/b)", '<p><a href="/b">a</a></p>'),
        (
            "[a] [b]\n\n[a]: {{ site.baseurl }}/c 'T'\n[b]: {{ '/d' | relative_url }}",
            '<p><a href="/c" title="T">a</a> <a href="/d">b</a></p>',
        ),
        ("![a]({{site.baseurl}}/b.png)", '<p><img src="/b.png" alt="a"></p>'),
        (
            '{% embed url="https://a.example" %}',
            '<p><a href="https://a.example">https://a.example</a></p>',
        ),
        (
            '{% include warning.html content="Mind *it*" %}',
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Mind <em>it</em></p></div>',
        ),
        (
            '{% include figure.html url="a.png" alt="A" %}',
            '<p><img src="a.png" alt="A"></p>',
        ),
        ("{% include other.html a=b %}", "<p>{% include other.html a=b %}</p>"),
        (
            '{% content-ref url="a.md" %}\n[a.md](a.md)\n{% endcontent-ref %}',
            '<p><a href="a.md">a.md</a></p>',
        ),
        ("{% mystery a %} and {{ b.c }}", "<p>{% mystery a %} and {{ b.c }}</p>"),
    ),
)
