"""
Words that try to break what shows them, and what readers see.
"""

import html
import io
import re

from markdown_it import MarkdownIt
from rich.console import Console

from mizzen.changes import print_changes


HOSTILE = (
    "<b>x</b> | ``` \x1b[31m \u202e @team #1 **b** [x](//y) \\ $x$ :smile: "
    "</details> -->\n```\n# Heading"
)
COMMIT = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"
# What GitHub makes links, people, pictures or formulas of, wherever a comment
# has it outside of code: https://github.github.com/gfm/#autolinks-extension-
# and "Autolinked references and URLs" in its manual.
REFERENCES = {
    "address": (r"(?i)[a-z][a-z0-9+.-]*://\S", "see https://example.com/a?b"),
    "site": (r"(?i)\bwww\.\S", "www.example.com"),
    "mail": (r"[\w.+-]+@[\w-]+\.\w", "somebody@example.com"),
    "mention": (r"(?<!\w)@\w", "cc @octocat/team"),
    "issue": (r"#\d", "#12"),
    "issue of another repository": (r"\w/\w+#\d", "octocat/hello#1"),
    "issue in words": (r"(?i)\bGH-\d", "GH-12"),
    "commit": (r"\b[0-9a-f]{7,40}\b", COMMIT),
    "commit of another repository": (r"@[0-9a-f]{7,}", f"a/b@{COMMIT}"),
    "picture": (r":[\w+-]+:", ":smile:"),
    "formula": (r"\$[^$]+\$", "$x^2$"),
}
_CODE = re.compile("<code>.*?</code>", re.DOTALL)
_TAG = re.compile("<[^<>]*>")


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


def prose(markdown):
    """
    The text that sites look for references: all but what is in code.
    """
    found = []
    for token in tokens(markdown):
        if token.type in {"text", "text_special"}:
            found.append(token.content)
        elif token.type in {"html_block", "html_inline"}:
            without = _CODE.sub("", token.content)
            found.append(html.unescape(_TAG.sub("", without)))

    return "\n".join(found)


def references(markdown):
    """
    Kinds of what GitHub would make something else of.
    """
    text = prose(markdown)
    found = {
        kind
        for kind, (pattern, _) in REFERENCES.items()
        if re.search(pattern, text)
    }
    return found | {t.type for t in tokens(markdown) if "link" in t.type}


def shown(markdown):
    """
    The text that readers see, in code or not, but for differences.
    """
    return "".join(
        html.unescape(_TAG.sub("", token.content))
        if token.type == "html_block"
        else token.content
        for token in tokens(markdown)
        if token.type in {"text", "code_inline", "html_block"}
    )
