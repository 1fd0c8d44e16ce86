"""
Words that try to break what shows them, and what readers see.
"""

import io

from markdown_it import MarkdownIt
from rich.console import Console

from mizzen.changes import print_changes


HOSTILE = (
    "<b>x</b> | ``` \x1b[31m \u202e @team #1 **b** [x](//y) \\ $x$ :smile: "
    "</details> -->\n```\n# Heading"
)


def terminal(stacks, *, colour=False):
    """
    What people see.
    """
    console = Console(
        file=io.StringIO(),
        width=100,
        force_terminal=colour,
        no_color=not colour,
    )
    print_changes(stacks, console)

    return console.file.getvalue()


def tokens(markdown):
    """
    All that a Markdown parser finds.
    """
    parser = MarkdownIt("gfm-like", {"linkify": False})
    for token in parser.parse(markdown):
        yield token
        yield from token.children or ()


def shown(markdown):
    """
    The text that readers see, without what is in code.
    """
    return "".join(
        token.content for token in tokens(markdown) if token.type == "text"
    )
