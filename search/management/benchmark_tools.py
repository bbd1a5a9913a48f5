"""The measuring tools of `benchmarks/`, which images of the site leave out."""

from importlib import import_module
from types import ModuleType

from django.core.management import CommandError


def measuring_tool(name: str) -> ModuleType:
    """The module of `benchmarks`. Raises CommandError where the folder is missing."""
    try:
        return import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        if error.name not in ("benchmarks", f"benchmarks.{name}"):
            raise
        raise CommandError(
            "This command needs the folder benchmarks/, which is not installed here: "
            "run it from a checkout of the repository."
        ) from error
