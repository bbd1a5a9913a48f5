"""Links without a text, `[](page.md)`, which some tools fill in with the title of the page: they
show what they lead to, or nobody could follow them."""

from urllib.parse import unquote

from markdown_it.token import Token

from documents.slugs import title_of

from .dialect import Dialect, Env, signs


def _inlines(children: list[Token], env: Env) -> list[Token]:
    result: list[Token] = []
    for child in children:
        before = result[-1] if result else None
        if child.type == "link_close" and before is not None and before.type == "link_open":
            title = str(before.attrs.get("title") or "")
            name = title or _name(str(before.attrs.get("href", "")))
            if name:
                result.append(Token("text", "", 0, content=name))
            if name and not title and "://" not in str(before.attrs.get("href", "")):
                before.attrs["class"] = "titled"  # the importer knows the title
        result.append(child)
    return result


def _name(href: str) -> str:
    path, _, anchor = unquote(href).partition("#")
    if "://" in path:
        return href
    last = path.rstrip("/").rpartition("/")[2]
    return anchor.replace("-", " ") if anchor else title_of(last) if last else ""


DIALECT = Dialect(
    signs=signs(r"\[\]\("),
    inlines=_inlines,
    examples=(
        ("[](#pool-sizes)", '<p><a href="#pool-sizes" class="titled">pool sizes</a></p>'),
        ("[](a/big-pools.md)", '<p><a href="a/big-pools.md" class="titled">Big pools</a></p>'),
        ("[](https://a.example/b)", '<p><a href="https://a.example/b">https://a.example/b</a></p>'),
        ('[](<> "t") [x](y)', '<p><a href="" title="t">t</a> <a href="y">x</a></p>'),
        ("[![](a.png)](b.md)", '<p><a href="b.md"><img src="a.png" alt=""></a></p>'),
    ),
)
