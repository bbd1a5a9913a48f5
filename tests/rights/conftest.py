"""A library with a private part, and everybody who may ask for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from importer.privacy import set_private
from importer.run import import_paths
from tests.beginnings import Bring, beginning
from tests.factories import make_user
from tests.kept_pages import forget
from topics.models import Asset, Grant, Section, Topic

PUBLIC: dict[str, str | bytes] = {
    "index.md": "# Handbook\n\nWhat we all know.\n",
    "api.md": (
        "---\ntags: [web]\n---\n# Gateways\n\nA gateway forwards requests. See [the plan]"
        "(inner/plan.md), [[Hidden plan]] and ![a drawing](inner/drawing.png).\n\n"
        "## Retries\n\nA retry waits longer each time.\n\n- **Backoff** – a growing pause.\n"
    ),
    "embed.md": "# Embeds\n\nHere: ![[Hidden plan]]\n\n![[inner/words.md]]\n",
    "road.md": (
        "---\nkind: path\n---\n# First steps\n\n"
        "1. [Gateways](api.md)\n2. [The plan](inner/plan.md)\n"
    ),
    "terms.md": "---\nkind: glossary\n---\n# Terms\n\n## G\n\n- **Gateway** – what forwards.\n",
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
# Words that stand in the private part alone.
SECRETS = ("quokka", "vault", "zyzzogeton", "hushhush", "xylomancy", "grimthorpe")
PRIVATE: dict[str, str | bytes] = {
    "index.md": "# Quokka Vault\n\nNobody else reads of the zyzzogeton.\n",
    "plan.md": (
        "---\ntags: [hushhush]\nlevel: expert\naliases: [/grimthorpe-old, Hidden plan]\n---\n"
        "# Grimthorpe plan\n\nThe zyzzogeton gateway retries. See [Gateways](../api.md).\n\n"
        "![the drawing](drawing.png)\n\n"
        "## Xylomancy\n\nXylomancy and xylomancy: a gateway that waits.\n\n"
        "- **Xylomancer** – who reads the zyzzogeton.\n\n## What is grimthorpe?\n\nA secret.\n"
    ),
    "words.md": (
        "---\nkind: glossary\n---\n# Vault words\n\n## Z\n\n"
        "- **Zyzzogeton** – a quokka of the vault.\n"
    ),
    "way.md": (
        "---\nkind: path\n---\n# Vault path\n\n1. [Plan](plan.md)\n2. [Gateways](../api.md)\n"
    ),
    "drawing.png": PIXEL,
}


@dataclass
class Private:
    """The private part: its topmost topic, and the group that may read it."""

    top: Topic
    group: Group

    def section(self, anchor: str = "xylomancy") -> Section:
        return Section.objects.select_related("topic").get(
            topic__path="notes/inner/plan", anchor=anchor
        )

    @property
    def picture(self) -> str:
        asset = Asset.objects.get(path__endswith="drawing.png")
        return f"/assets/{asset.digest}/drawing.png"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture(autouse=True)
def forgets_pages() -> Iterator[None]:
    """No page of another test is kept, whatever its version of the content was."""
    forget()
    yield
    forget()


@beginning
def public(bring: Bring) -> None:
    bring({f"notes/{name}": text for name, text in PUBLIC.items()})


@beginning
def private(bring: Bring) -> Private:
    bring({f"notes/{name}": text for name, text in PUBLIC.items()})
    return make_private(bring.folder.parent / "inner")


def make_private(inner: Path) -> Private:
    """Import the private part below the public one, as a source of its own, and make it private."""
    write(inner, {f"inner/{name}": text for name, text in PRIVATE.items()})
    import_paths([str(inner)], under="notes")
    top = Topic.objects.get(path="notes/inner")
    set_private(top, is_private=True, user=None)
    group = Group.objects.create(name="insiders")
    Grant.objects.create(group=group, topic=top, right="read")
    return Private(top, group)


def outsiders(prefix: str = "") -> dict[str, Client]:
    """Everybody who may not read the private part, each in a browser of her own."""
    learner, curator = make_user(f"{prefix}learner"), make_user(f"{prefix}outside-curator")
    curator.is_staff = True
    curator.save()
    curator.groups.add(Group.objects.get(name="curator"))
    staff, trusted = make_user(f"{prefix}staff"), make_user(f"{prefix}trusted")
    staff.is_staff = True
    staff.save()
    trusted.user_permissions.add(Permission.objects.get(codename="publish_at_once"))
    elsewhere = make_user(f"{prefix}elsewhere")
    elsewhere.groups.add(Group.objects.create(name=f"{prefix}elsewhere"))
    return {
        "anonymous": Client(),
        "learner": in_browser(learner),
        "elsewhere": in_browser(elsewhere),
        "staff": in_browser(staff),
        "trusted": in_browser(trusted),
        "curator": in_browser(curator),
    }


def in_browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def insider(private: Private) -> Client:
    user = make_user("insider")
    user.groups.add(private.group)
    return in_browser(user)
