"""Folders of notes whose links name a note, wherever it lies."""

from importer.tools.tool import Tool

OBSIDIAN = Tool(signs=(".obsidian",))
GOLLUM = Tool(signs=("_Sidebar.md", "_Footer.md", "_Sidebar.mediawiki"))
