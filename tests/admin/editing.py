"""A section that readers may edit from its page, and how they do it."""

from tests.admin.pages import url

BODY = "Ten connections.\n\nA lease each."
TEXT = f"# Pools\n\nIntro.\n\n## Sizes\n\n{BODY}\n\n## Time-outs\n\nWaiting ends.\n"
TWELVE = BODY.replace("Ten", "Twelve")


def opened(client, section):
    """What the form sends when nothing is typed."""
    form = client.get(url("edit", section.pk)).context["form"]
    return {name: form[name].value() or "" for name in ("title", "markdown", "why", "base")}


def propose(client, section, old="Ten", new="Twelve", **more):
    """Send an edit for curators to answer."""
    typed = opened(client, section)
    typed |= {"markdown": typed["markdown"].replace(old, new), "_send": "1", **more}
    return client.post(url("edit", section.pk), typed)


def text_of(section):
    section.refresh_from_db()
    return section.markdown
