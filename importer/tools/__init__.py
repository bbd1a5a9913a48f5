"""The tools that a source may be written for: how each is recognised, where its site is, and in
which order it shows its pages. One module for each whose rules differ."""

from importer.tools import (
    docfx,
    docsify,
    docusaurus,
    gitbook,
    hugo,
    jekyll,
    mdbook,
    mintlify,
    mkdocs,
    nextra,
    quarto,
    sphinx,
    starlight,
    vitepress,
    wikis,
)
from importer.tools.project import Navigation, Project, at_position, find_project
from importer.tools.tool import Tool
from registry import Registry

# By name, in the order in which they are asked.
TOOLS: Registry[Tool] = Registry("importer.tools.TOOLS")
for _module in (
    quarto, mkdocs, docusaurus, vitepress, starlight, nextra, mdbook, hugo, docfx, sphinx, gitbook,
    docsify, mintlify, jekyll,
):  # fmt: skip
    TOOLS.register(_module.__name__.rpartition(".")[2], _module.TOOL)
TOOLS.register("logseq", wikis.LOGSEQ)
TOOLS.register("obsidian", wikis.OBSIDIAN)
TOOLS.register("azure", wikis.AZURE)
TOOLS.register("gollum", wikis.GOLLUM)

__all__ = ["TOOLS", "Navigation", "Project", "Tool", "at_position", "find_project"]
