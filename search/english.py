"""What is English in the search: stop words, spellings and stems. Pure."""

import re
from functools import lru_cache
from threading import Lock

from Stemmer import Stemmer

from search.letters import stem_of_script

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren't as at be because been
    before being below between both but by can can't cannot could couldn't did didn't do does
    doesn't doing don't down during each either else few for from further had hadn't has hasn't
    have haven't having he her here hers herself him himself his how i i'm i've if in into is
    isn't it its itself just let let's may me might more most must my myself no nor not now of
    off on once only or other ought our ours ourselves out over own shall shan't she should
    shouldn't so some such than that the their theirs them themselves then there these they this
    those though through to too under until up upon us versus very vs was wasn't we were weren't
    what what's when where whether which while who whom whose why will with won't would wouldn't
    you you're your yours yourself yourselves
    """.replace("'", "").split()
)

# Verbs with a particle that are one idea, and one word as a noun ("log in", "login").
PHRASAL = frozenset(
    tuple(phrase.split())
    for phrase in (
        "back off", "back up", "build up", "call back", "check in", "check out", "clean up",
        "cut off", "fail over", "fall back", "fan in", "fan out", "follow up", "hand off",
        "hold up", "kick off", "lock out", "log in", "log off", "log on", "log out", "look up",
        "opt in", "opt out", "plug in", "roll back", "roll out", "scale down", "scale in",
        "scale out", "scale up", "set up", "shut down", "sign in", "sign off", "sign on",
        "sign out", "sign up", "speed up", "spin up", "start up", "tear down", "time out",
        "trade off", "warm up",
    )
)  # fmt: skip

# Names whose capitals do not mark parts: "Java" is not a part of JavaScript.
WHOLE_NAMES = frozenset(
    (
        "coffeescript", "devops", "devsecops", "ebpf", "github", "gitlab", "graphql",
        "intellij", "ios", "ipados", "iphone", "javascript", "latex", "linkedin", "macos",
        "mysql", "nosql", "numpy", "openapi", "openid", "postgresql", "pypi", "sqlite",
        "typescript", "youtube",
    )
)  # fmt: skip

# Spellings of one word that no rule reaches.
IRREGULAR = {
    "ids": "id", "dbs": "db", "vms": "vm", "oses": "os", "indices": "index", "matrices": "matrix",
    "vertices": "vertex", "schemata": "schema", "schemas": "schema", "criteria": "criterion",
    "colour": "color", "colours": "color", "grey": "gray", "defence": "defense", "centre": "center",
    "licence": "license", "analyse": "analyze", "catalogue": "catalog", "dialogue": "dialog",
    "programme": "program", "cheque": "check", "artefact": "artifact", "artefacts": "artifact",
    "began": "begin", "begun": "begin", "bought": "buy", "broke": "break", "broken": "break",
    "brought": "bring", "built": "build", "caught": "catch", "chose": "choose",
    "chosen": "choose", "drew": "draw", "drawn": "draw", "forgot": "forget",
    "forgotten": "forget", "froze": "freeze", "frozen": "freeze", "gave": "give",
    "given": "give", "gone": "go", "went": "go", "grew": "grow", "grown": "grow",
    "held": "hold", "hid": "hide", "hidden": "hide", "hung": "hang", "kept": "keep",
    "knew": "know", "known": "know", "lost": "lose", "made": "make", "overwrote": "overwrite",
    "overwritten": "overwrite", "paid": "pay", "ran": "run", "rebuilt": "rebuild",
    "rewrote": "rewrite", "rewritten": "rewrite", "sent": "send", "shrank": "shrink",
    "shrunk": "shrink", "sold": "sell", "spent": "spend", "stole": "steal", "stolen": "steal",
    "stuck": "stick", "taught": "teach", "took": "take", "taken": "take", "threw": "throw",
    "thrown": "throw", "told": "tell", "understood": "understand", "wrote": "write",
    "written": "write",
}  # fmt: skip

# The beginnings of words in -ise that no American writes with -ize.
_NOT_BRITISH = frozenset(
    (
        "adv", "advert", "bru", "chast", "compr", "comprom", "conc", "cru", "despis", "dev",
        "disgu", "enterpr", "exc", "exerc", "expert", "franch", "improv", "inc", "likew", "lou",
        "merchand", "no", "otherw", "parad", "pra", "prec", "prem", "prom", "ra", "rev",
        "superv", "surpr", "telev", "tra",
    )
)  # fmt: skip
_OUR = "arm behavi col fav flav harb hon hum lab neighb rum sav vap".replace(" ", "|")
_BRITISH = (
    (re.compile(r"^(\w{3,})is(e|ed|es|ing|er|ers|ation|ations|able)$"), r"\1iz\2"),
    (re.compile(r"^(\w{3,})ys(e|ed|es|ing|er|ers)$"), r"\1yz\2"),
    (re.compile(rf"^(\w*(?:{_OUR}))our"), r"\1or"),
    (re.compile(r"^(\w{3,}[ae])ll(ed|ing|er|ers)$"), r"\1l\2"),
    (re.compile(r"^(cent|fib|lit|met|theat)re(s|d)?$"), r"\1er\2"),
)

snowball = Stemmer("english", 0)  # without a cache of its own
one_at_a_time = Lock()  # the stemmer keeps the word in itself, and pages are served by threads


@lru_cache(maxsize=50_000)  # of at most 64 characters: some 15 MB
def stem(word: str) -> str:
    """The stem of a lower-case word, the same for British and American spelling."""
    word = IRREGULAR.get(word, word)
    if not word.isascii():
        return stem_of_script(word)
    if len(word) < 4 or not word.isalpha():
        return word
    for pattern, replacement in _BRITISH:
        match = pattern.match(word)
        if match and match.group(1) not in _NOT_BRITISH:
            word = pattern.sub(replacement, word)
            break
    with one_at_a_time:
        return snowball.stemWord(word)


# Words that only ask: what is looked for is beside them.
ASKING = frozenset(
    (
        "basics", "best", "better", "get", "gets", "getting", "give", "good", "happen",
        "happens", "intro", "introduction", "know", "make", "makes", "need", "needs",
        "overview", "people", "really", "someone", "tell", "thing", "things", "tutorial", "use",
        "used", "uses", "using", "want", "wants", "way", "ways",
    )
)  # fmt: skip
QUESTION = re.compile(
    r"(?:how|what|why|when|which|who|where|is|are|can|could|do|does|should|will|would)\b|.*\?\s*$",
    re.IGNORECASE,
)
