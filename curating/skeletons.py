"""With what a new topic may begin: for each kind a text that shows its form."""

import re

from django.utils.translation import gettext_lazy as _

SKELETONS = {
    "article": (
        _("Article"),
        """\
What this is, and the one sentence that a reader should keep.

## When it helps, and when not

## How it works

```js title="example.js"
console.log('a complete, small example');
```

## What goes wrong

## Check yourself

### A question whose answer stands above?

The answer in two sentences.
""",
    ),
    "interview": (
        _("Interview questions"),
        """\
What is asked here, and why interviewers ask it.

## What is asked?

**Short answer.** One sentence.

**Good answer.** What somebody says who has used it.

**Strong answer.** What it costs, and where it ends.
""",
    ),
    "path": (
        _("Learning path"),
        """\
Who this is for, and what one can do at its end.

## Title of a part

1. [First topic](/topics/path-of-the-topic/) – why it comes first.
2. [Second topic](/topics/path-of-another-topic/) – what it adds.
""",
    ),
    "glossary": (
        _("Glossary"),
        """\
Each term says what it is, with an example or what it is not.

## A

- **Term** – What it is, in a whole sentence. An example, or what it is not.
""",
    ),
    "roadmap": (
        _("Roadmap"),
        """\
In which order to learn, and what may be left out.

## 1. First layer

What belongs to it.

- [Topic](/topics/path-of-the-topic/) – what to know of it.
""",
    ),
}


# Headings that stay; the other lines stand for what somebody has to write.
KEPT = {"## A", "## When it helps, and when not", "## How it works", "## What goes wrong"}
KEPT |= {"## Check yourself"}
LINES = {line.strip() for _label, text in SKELETONS.values() for line in text.splitlines()}
PLACES = {line for line in LINES - KEPT if line and not line.startswith("```")}
HEADING = re.compile(r"(#{1,6})\s")


def left_in(text: str) -> list[str]:
    """The places of skeletons that a text still holds: lines that stand for others, and headings
    of theirs with nothing below. Each once, in the text's order."""
    lines = [line.strip() for line in text.splitlines()]
    found = []
    for place, line in enumerate(lines):
        is_left = line in PLACES or (line in KEPT and not _has_text(lines, place))
        if is_left and line not in found:
            found.append(line)
    return found


def unfilled(places: list[str]) -> str:
    """What is said of places that are left."""
    said = _("Not filled in yet, write what belongs there or keep it as a draft: %(places)s")
    return str(said) % {"places": " · ".join(places)}


def _has_text(lines: list[str], place: int) -> bool:
    """Whether something that no skeleton gave is below a heading, or a heading within it."""
    level = len(lines[place].partition(" ")[0])
    for line in lines[place + 1 :]:
        heading = HEADING.match(line)
        if heading and len(heading[1]) <= level:
            return False
        if line not in LINES:
            return True
    return False


def begun(text: str, kind: str) -> str:
    """The text with what topics of this kind begin with, below what was typed already."""
    if kind not in SKELETONS:
        return text
    typed = text.rstrip()
    return f"{typed}\n\n{SKELETONS[kind][1]}" if typed else SKELETONS[kind][1]
