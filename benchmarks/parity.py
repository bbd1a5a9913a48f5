"""How often our blocks differ from those of cmark-gfm over a folder of Markdown files.

    python -m benchmarks parity FOLDER [--every N]

Compares, file by file, the order of headings, lists, items, tables, code blocks, quotes, rules and
paragraphs. Prints every file that differs with its first difference, and the processor time that
our parser takes for a megabyte. What other tools add to Markdown is not read, and the lines that
make boxes of quotes are left out; definition lists and elements that HTML does not know count as
differences.
"""

import argparse
import re
import time
from itertools import zip_longest
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

from documents import Refused, parse, sanitise
from documents.encoding import decode
from documents.front_matter import split
from documents.markdown import parse_blocks
from documents.section_html import render_sections

ALERT = re.compile(r"(\s*>\s*)\[!\w+\]\s*$")
STRUCTURE = re.compile(r"<(/?(?:h[1-6]|li|[ou]l|table|t[rhd]|pre|blockquote|hr|p))\b")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="look at every Nth file only")
    asked = parser.parse_args()
    files = sorted(asked.folder.rglob("*.md"))[:: asked.every]
    read = differ = size = 0
    spent = 0.0
    for file in files:
        data = file.read_bytes()
        try:
            started = time.process_time()
            parse(data, path=file.name)
            spent += time.process_time() - started
            difference = compare(data)
        except Refused as refused:
            print(f"{file}: {refused}")
            continue
        read += 1
        size += len(data)
        if difference:
            differ += 1
            print(f"{file}: {difference}")
    rate = spent / size * 1_000_000 if size else 0.0
    print(f"{read} files, {differ} differ; {rate:.2f} s of processor time for a megabyte")


def compare(data: bytes) -> str:
    """The first element in which we and cmark-gfm differ, or "". Raises Refused."""
    text = decode(data).text
    taken = split(text)[1]
    lines = [ALERT.sub(r"\1", line) for line in text.removesuffix("\n").split("\n")[taken:]]
    pieces = render_sections(parse_blocks(lines, dialects=()))
    ours = sanitise("".join(piece.heading_html + piece.html for piece in pieces))
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    theirs = sanitise(cmarkgfm.github_flavored_markdown_to_html("\n".join(lines), options))
    found = zip_longest(STRUCTURE.findall(ours), STRUCTURE.findall(theirs), fillvalue="the end")
    for place, (our, their) in enumerate(found):
        if our != their:
            return f"element {place} is {our}, and {their} by cmark"
    return ""
