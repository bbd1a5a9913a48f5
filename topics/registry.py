"""The registry, under the name that rooms above `topics` know it by."""

from registry import Registry

__all__ = ["Registry"]
