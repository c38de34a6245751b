"""The hall of the interviews and the training year, for the pictures of both."""

from interviewed import hall, source
from trained import training

__all__ = ["hall", "source", "training"]
