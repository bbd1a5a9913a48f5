"""What somebody pasted rather than typed: messages, traces, commands, paths. Pure.

A pasted message holds what is true of one machine only (ids, addresses, line numbers); those parts
say nothing about its cause and are taken out, as long as something else is left.
"""

import re

# One frame of a trace, as Node, Java, .NET, Python, Go, Ruby and PHP print it; browsers join lines.
_FRAMES = re.compile(
    r"\bat (?:async |new )?[\w.$<>\[\]/ ]{1,120}? ?\((?:[^()\s]{1,200}:\d+(?::\d+)?|[\w$]+\.\w+|"
    r"Native Method|Unknown Source|<anonymous>|native)\)"
    r"|\bat (?:async )?(?:file://|node:)?[^\s()]{1,200}:\d+:\d+\)?"
    r'|File "[^"]{1,200}", line \d+(?:, in [\w<>.]+)?'
    r"|(?<!\S)\S{1,200}\.(?:go|rb|php):\d+(?::in [`'][^'`]+')?(?: \+0x[0-9a-f]+)?"
    r"|\.\.\. \d+ (?:more|common frames omitted)"
)
_OPENINGS = re.compile(
    r"Traceback \(most recent call last\):|Exception in thread \"[^\"]*\"|goroutine \d+ \[\w+\]:"
)
_URL = re.compile(r"\b(?:https?|wss?|ftp|postgres(?:ql)?|mongodb(?:\+srv)?|redis|amqp)://\S+")
_ID = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # a UUID
    r"|0x[0-9a-f]{3,}"
    r"|(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}"  # a hash, a container
)
_TIME = (
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d| ?UTC| ?GMT)?)?"
    r"|\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?UTC| ?GMT)?"
)
_ADDRESS = (
    r"(?!(?:1?[1-9]\.){3}1?[1-9]\b)"  # 1.1.1.2 is rather an outline number
    r"\d{1,3}(?:\.\d{1,3}){3}(?:(?=:\d)|/\d\d?)?"
    r"|[\w.+-]{1,64}@[\w-]{1,64}\.\w+"
)
_VARIABLE = re.compile(
    rf"(?<![\w.-])(?:{_TIME}|{_ID}|{_ADDRESS}|\d{{6,}})(?![\w-])(?!\.\d)", re.IGNORECASE
)
_PLACE = re.compile(
    r"(?<=\.\w)(\w{0,4}):\d+(?::\d+)?\b|\(\d+,\d+\)|\bat character \d+"
    r"|\bline \d+(?:,? col(?:umn)? \d+)?\b"
)
# Folders of one machine in front of a file: the file's name alone tells something.
_HOME = re.compile(
    r"(?:file://)?(?:/(?:home|Users|root|app|usr/src|var/www|opt|srv|tmp|workspace)/"
    r"|[A-Za-z]:\\|\.{1,2}/|node_modules/)[^\s\"'():]{0,300}[/\\](?=[^\s/\\\"'()])"
)
# Folders of programs, which every system has.
_SYSTEM = re.compile(r"(?<![\w.:/])/usr(?:/local)?(?:/(?:s?bin|lib|share))?/(?=\w)")
_PAIRS = re.compile(r"[?&][\w.-]+=[^\s&]*|#\S*$")
# What most addresses have: the end of a host's name, a language, an edition, the kind of a file.
_DOMAIN = re.compile(r"^(?:www|docs?)\.|\.(?:com|dev|io|net|org)$")
_NO_WORD = re.compile(
    r"\d+|(?:de|en|es|fr|it|ja|ko|pt|ru|zh)(?:-[a-z]{2,4})?"
    r"|current|docs?|latest|main|master|stable|index\.\w+",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\.(?:aspx?|html?|jsp|php)$")
# How a program's line begins, or what it counts: neither says what went wrong.
_COUNTED = re.compile(
    r"(?<!\w )\b(?:FATAL|ERROR|LOG|HINT|DETAIL|NOTICE|STATEMENT|WARNING|PANIC):(?=\s)"
    r"|\[(?:\d+|info|warn(?:ing)?|error|debug|notice|trace)\]:?"
    r"|\b(?:pid|process|thread|transaction)\s+\d+\b(?:,?\s)|\b\d+(?:\.\d+)? ?ms\b"
)

_ERROR_WORDS = re.compile(
    r"\b(?:errors?|exception|fail(?:ed|s|ure)?|fatal|panic|warning|denied|refused|rejected|"
    r"unexpected|invalid|illegal|undefined|violates?|unable to|cannot|can't|could not|couldn't|"
    r"does(?: not|n't) (?:exist|match|support)|not (?:found|defined|supported|allowed|null)|"
    r"is not (?:a|an|assignable|defined)|no such|already exists|must be|out of|timed? ?out|missing|"
    r"unknown|unsupported|unrecognized|deprecated|E[A-Z]{4,})\b"
    r"|\w+(?:Error|Exception)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^'\s]+)'(?!\w)")
_SQL_NAME = re.compile(r"^[\w.]*_[\w.]*$|^\w+\.\w+$")
_FILE_NAME = re.compile(r"^[\w@~./\\*-]*\.\w{1,5}$|[/\\]")
_SQL_WORDS = re.compile(
    r"\b(?:SELECT|FROM|WHERE|INSERT|INTO|VALUES|UPDATE|SET|DELETE|JOIN|GROUP|ORDER|HAVING|NULL|CREATE|ALTER|"
    r"TABLE|INDEX|UNION|LIMIT|RETURNING|CONFLICT|EXISTS|IN|IS|LIKE|BETWEEN|DEFAULT|CONSTRAINT)\b"
)

# Programs whose long options have a single dash, and others that are run with options.
_LONG_OPTIONS = frozenset(
    (
        "openssl", "java", "javac", "find", "terraform", "go", "gcc", "clang", "ffmpeg",
        "convert", "xmllint", "mvn", "ld", "keytool",
    )
)  # fmt: skip
_PROGRAMS = _LONG_OPTIONS | frozenset(
    (
        "apt", "awk", "aws", "az", "bash", "brew", "bun", "bundle", "cargo", "cat",
        "celery", "chmod", "chown", "composer", "cp", "crontab", "curl", "deno", "df",
        "dig", "django-admin", "docker", "docker-compose", "dotnet", "du", "echo", "env",
        "flask", "gcloud", "gem", "git", "gradle", "grep", "gunicorn", "gzip", "head",
        "helm", "htop", "http", "ifconfig", "ip", "iptables", "jest", "journalctl", "jq",
        "k6", "kill", "kubectl", "less", "ln", "ls", "lsof", "make", "mkdir", "mocha",
        "mongo", "mongod", "mongodump", "mongosh", "mount", "mv", "mypy", "mysql",
        "mysqldump", "nc", "netstat", "nginx", "ng", "nmap", "node", "nodemon", "nohup",
        "npm", "npx", "nslookup", "openvpn", "pg_basebackup", "pg_dump", "pg_restore",
        "pgbench", "php", "ping", "pip", "pip3", "pipenv", "pm2", "pnpm", "poetry", "ps",
        "psql", "pytest", "python", "python3", "rabbitmqctl", "redis-cli", "redis-server",
        "rm", "rsync", "ruby", "rustc", "scp", "sed", "service", "sh", "sort", "source",
        "ss", "ssh", "ssh-keygen", "strace", "sudo", "supervisorctl", "swc", "systemctl",
        "tail", "tar", "tcpdump", "tee", "top", "touch", "traceroute", "tsc", "ts-node",
        "tsx", "ulimit", "unzip", "uvicorn", "valgrind", "vim", "watch", "wc", "wget",
        "which", "xargs", "yarn", "yum", "zip", "zsh",
    )
)  # fmt: skip
_OPTION = re.compile(r"^-[A-Za-z]$|^-[A-Z]\w*[:=\d]\S*$|^--[a-z][\w-]+(?:=\S*)?$")
_BUNDLE = re.compile(r"^-(?:[a-zA-Z]{2,3}|[b-df-hj-np-tv-xz]{2,8}|[a-z]*[b-df-hj-np-tv-xz]{3}\d*)$")


def telling(text: str) -> str:
    """`text` without what is true of one machine only; all of it if nothing else would be left."""
    if not _looks_long(text):
        return text
    short = _URL.sub(_of_address, text)
    short = _OPENINGS.sub(" ", _FRAMES.sub(" ", short))
    short = _PLACE.sub(r"\1", _VARIABLE.sub(" ", _SYSTEM.sub(" ", _HOME.sub("", short))))
    short = _COUNTED.sub(" ", short)
    return short if re.search(r"[^\W\d_]{2}", short) else text


def is_message(text: str) -> bool:
    """Whether quotation marks in `text` are those of a pasted message, not a demand."""
    quoted = [a or b for a, b in _QUOTED.findall(text)]
    bare = _QUOTED.sub(" ", text)
    if not quoted or not bare.strip():
        return False
    single = [name for name in quoted if len(name.split()) == 1]
    return bool(
        len(single) > 1
        or any(_SQL_NAME.match(name) or _FILE_NAME.search(name) for name in single)
        or (_ERROR_WORDS.search(bare) and (single or len(bare.split()) > 3))
        or re.search(r"[{}\[\];]|=>|\(\)", bare)
    )


def is_sql(text: str) -> bool:
    """Whether it reads like a statement: two of its words or more are SQL's."""
    return len(_SQL_WORDS.findall(text)) > 1


def options_of(items: list[str]) -> frozenset[str]:
    """Which of `items` begin with a minus because they are options of a command."""
    dashed = [item for item in items if re.match(r"-[^\W_]|--", item)]
    if not dashed:
        return frozenset()
    words = [item.lower() for item in items if item not in dashed]
    prompt = words[:1] in (["$"], ["#"], [">"], ["%"])
    program = next((word for word in words[prompt:] if word != "sudo"), "")
    if program in _LONG_OPTIONS or not words:
        return frozenset(dashed)
    is_command = prompt or program in _PROGRAMS or "|" in words or "&&" in words
    return frozenset(
        item for item in dashed
        if _OPTION.match(item) or item[1:].isdigit() or (is_command and _BUNDLE.match(item))
    )  # fmt: skip


def _looks_long(text: str) -> bool:
    """A quick look: plain words of prose have none of these."""
    return any(sign in text for sign in "/\\:@") or bool(re.search(r"\d", text))


def _of_address(match: re.Match[str]) -> str:
    """The words of an address: no scheme, user, port's host or values; its parts tell something."""
    scheme, _, rest = match[0].partition("://")
    rest = _PAIRS.sub("", rest)
    host, _, path = rest.rpartition("@")[2].partition("/")
    name, _, port = host.partition(":")
    is_here = name in ("localhost", "[", "[::1]") or name.startswith(("127.", "0."))
    words = [] if scheme in ("http", "https", "ws", "wss", "ftp") else [scheme]
    words += [port] if is_here else [_DOMAIN.sub("", _DOMAIN.sub("", name))]
    parts = (part for part in re.split(r"[/,;]+", path) if not _NO_WORD.fullmatch(part))
    words += [_PAGE.sub("", part) for part in parts]
    return " " + " ".join(filter(None, words)) + " "
