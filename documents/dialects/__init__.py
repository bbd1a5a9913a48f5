"""Dialects: what tools add to Markdown, one module for each kind of syntax.

A dialect is on where its sign is in the text, not by a switch: a document without any of them is
parsed as CommonMark and GFM and pays nothing for the rest. A tool's name only decides where tools
mean different things by the same signs. Each module has a table of examples, which tests hold.
"""

from registry import Registry

from . import (
    abbreviations,
    admonitions,
    asciidoc_blocks,
    attribute_lists,
    autorefs,
    bare_addresses,
    blank_addresses,
    box_fences,
    callouts,
    cells,
    cjk_emphasis,
    code_tabs,
    colon_containers,
    components,
    cross_references,
    details,
    docfx,
    docsify,
    emoji_names,
    empty_links,
    folds,
    inline_code,
    json_tables,
    jsx_attributes,
    kramdown,
    liquid,
    logseq,
    markdown_in_html,
    marks,
    mdbook,
    mdc,
    mdx_elements,
    mdx_expressions,
    mdx_fences,
    media,
    myst,
    outline,
    pandoc,
    pandoc_tables,
    pelican,
    readme_blocks,
    retype,
    right_to_left,
    shortcodes,
    slash_blocks,
    slides,
    snippets,
    spaced_links,
    table_reader,
    task_signs,
    text_directives,
    wiki_links,
    xrefs,
)
from .dialect import Dialect, Reading, reading_of

DIALECTS: Registry[Dialect] = Registry("documents.dialects.DIALECTS")
for _module in (
    myst,
    box_fences,
    json_tables,
    spaced_links,
    outline,
    asciidoc_blocks,
    kramdown,
    docsify,
    logseq,
    folds,
    slides,
    pandoc_tables,
    pandoc,
    markdown_in_html,
    details,
    mdc,
    colon_containers,
    slash_blocks,
    readme_blocks,
    retype,
    admonitions,
    snippets,
    cells,
    docfx,
    xrefs,
    cross_references,
    mdbook,
    table_reader,
    shortcodes,
    liquid,
    task_signs,
    components,
    mdx_elements,
    mdx_expressions,
    mdx_fences,
    jsx_attributes,
    code_tabs,
    text_directives,
    media,
    abbreviations,
    cjk_emphasis,
    wiki_links,
    emoji_names,
    inline_code,
    pelican,
    marks,
    attribute_lists,
    callouts,
    bare_addresses,
    blank_addresses,
    autorefs,
    empty_links,
    right_to_left,
):
    DIALECTS.register(_module.__name__.rpartition(".")[2], _module.DIALECT)

# The names that a source's tool may have.
TOOLS = frozenset(
    {
        "azure",
        "docfx",
        "docsify",
        "docusaurus",
        "gitbook",
        "github",
        "gitlab",
        "gollum",
        "hugo",
        "jekyll",
        "logseq",
        "mdbook",
        "mintlify",
        "mkdocs",
        "nextra",
        "obsidian",
        "quarto",
        "sphinx",
        "starlight",
        "vitepress",
    }
)


def names_in(text: str, tool: str = "") -> tuple[str, ...]:
    """The dialects that a text of this tool uses, in the order in which they are asked."""
    return tuple(
        name
        for name, dialect in DIALECTS.items()
        if (not tool or not dialect.tools or tool in dialect.tools)
        and any(sign.search(text) for sign in dialect.signs)
    )


__all__ = ["DIALECTS", "TOOLS", "Dialect", "Reading", "names_in", "reading_of"]
