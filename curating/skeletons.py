"""With what a new topic may begin: for each kind a text that shows its form."""

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


def begun(text: str, kind: str) -> str:
    """The text with what topics of this kind begin with, below what was typed already."""
    if kind not in SKELETONS:
        return text
    typed = text.rstrip()
    return f"{typed}\n\n{SKELETONS[kind][1]}" if typed else SKELETONS[kind][1]
