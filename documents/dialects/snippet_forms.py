"""How each tool writes that the text of another file stands here: a name for it, and its form."""

import re

FORMS = (
    (
        "snippet --8<--",
        re.compile(
            r"(?P<indent>[ \t]*)-{1,8}8<-{1,8}[ \t]+[\"'](?P<name>[^\"'\n]{1,300})[\"'][ \t]*"
        ),
    ),
    (
        "include {{#…}}",
        re.compile(
            r"(?P<indent>[ \t]*)\{\{[ \t]*#(?:include|rustdoc_include|playground|playpen)[ \t]+(?P<name>[^\s{}]{1,300})[^{}\n]{0,100}\}\}[ \t]*"
        ),
    ),
    (
        "[!INCLUDE]",
        re.compile(
            r"(?P<indent>[ \t]*)\[!(?i:INCLUDE|code-?[\w+#-]{0,30})[ \t]*\[[^\[\]\n]{0,200}\][ \t]*"
            r"\(<?(?P<name>[^()<>\s]{1,300})>?(?:[ \t]+\"[^\"\n]{0,200}\")?\)[ \t]*\][ \t]*"
        ),
    ),
    (
        "<<< file",
        re.compile(
            r"(?P<indent>[ \t]*)<<<[ \t]+(?P<name>[^\s{}\[\]]{1,300})[ \t]*(?P<info>[{\[][^\n]{0,200})?"
        ),
    ),
    (
        "{* file *}",
        re.compile(
            r"(?P<indent>[ \t]*)\{\*[ \t]+(?P<name>[^\s{}]{1,300})(?P<info>[^{}\n]{0,200})\*\}[ \t]*"
        ),
    ),
    (
        "{! file !}",
        re.compile(
            r"(?P<indent>[ \t]*)\{!>?[ \t]*(?P<name>[^\s{}!]{1,300})[^{}\n]{0,100}!\}[ \t]*"
        ),
    ),
    (
        "::include",
        re.compile(
            r"(?P<indent>[ \t]*)::include\{file=[\"']?(?P<name>[^\s{}\"']{1,300})[\"']?\}[ \t]*"
        ),
    ),
    (
        "<include>",  # of Fumadocs
        re.compile(
            r"(?P<indent>[ \t]*)<include(?:[ \t][^<>\n]{0,200})?>[ \t]*(?P<name>[^\s<>{}]{1,300}?)[ \t]*</include>[ \t]*"
        ),
    ),
    (
        "@[code]",
        re.compile(
            r"(?P<indent>[ \t]*)@\[code(?P<info>\{[\d,\s-]{1,60}\})?(?:[ \t]+[\w+#-]{1,30})?(?:\{[^{}\n]{0,60}\})?\]"
            r"\((?P<name>[^()\s]{1,300})\)[ \t]*"
        ),
    ),
    (
        "@include",
        re.compile(
            r"(?P<indent>[ \t]*)<!--[ \t]*@include:[ \t]*(?P<name>[^\s{}]{1,300})(?P<info>\{[^{}\n]{0,60}\})?[ \t]*-->[ \t]*"
        ),
    ),
)
