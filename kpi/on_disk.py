"""What is at a path: nothing, too, where the system lets nobody look, as for names that are too long.

The methods of Path raise then, and what reads or writes the file is what should say it.
"""

from os.path import exists, isdir, isfile, islink

__all__ = ["exists", "isdir", "isfile", "islink", "on_the_way"]

# Letters of a name: systems allow 255 bytes, of which a letter takes at most four, and more comes behind.
_LONGEST = 40


def on_the_way(name: str) -> str:
    """How the name of a file begins that will take the place of this one when it is complete."""
    return f".{name[:_LONGEST]}."
