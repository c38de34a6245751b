"""What the command line says."""


def say(line: str) -> None:
    """A line for whoever started it, at once also where the output goes to a file."""
    print(line, flush=True)
