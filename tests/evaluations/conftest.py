"""The training year as it stands on a day in March."""

from trained import source, training

__all__ = ["source", "training"]
