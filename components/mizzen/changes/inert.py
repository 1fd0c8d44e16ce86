"""
Texts of others that mean nothing to what shows them: neither to a terminal
nor to Markdown, HTML, or what a site makes of names, numbers and addresses.
"""

import html
import re


# Most characters of one text. Runs of backquotes get no longer than this,
# and GitHub counts those of a fence up to 255.
LINE = 240

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """
    *text* without characters that act on what stands around them.

    >>> visible("a\\u202eb")
    'a\\\\u202eb'
    """
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def one_line(text: str) -> str:
    """
    *text* on one line.

    >>> one_line("a\\nb")
    'a↵b'
    """
    return visible(text.replace("\r\n", "↵").replace("\n", "↵"))


def cut(text: str, longest: int = LINE) -> str:
    """
    The beginning of a long *text*.

    >>> cut("abc", 2)
    'ab…'
    """
    return text if len(text) <= longest else f"{text[:longest]}…"


def longest_run(text: str) -> int:
    """
    How many backquotes follow each other in *text*, at most.
    """
    return max(map(len, re.findall("`+", text)), default=0)


def code(text: str) -> str:
    """
    *text* as code within a line of Markdown: there it is neither Markdown
    nor HTML, and sites make no link, no mention and no picture of it.

    >>> code("www.example.com"), code("a`b")
    ('`www.example.com`', '``a`b``')
    """
    # Blanks alone are kept, unlike nothing at all.
    shown = cut(one_line(text)) or " "
    runs = set(map(len, re.findall("`+", shown)))
    # The shortest that does: parsers give up on very long ones.
    fence = "`" * next(n for n in range(1, LINE) if n not in runs)
    ends = shown[0] + shown[-1]
    blank = " " if "`" in ends or (ends == "  " and shown.strip()) else ""

    return f"{fence}{blank}{shown}{blank}{fence}"


def cell(text: str) -> str:
    r"""
    The same within a table.

    >>> cell("a|b")
    '`a\\|b`'
    """
    return code(text).replace("|", "\\|")


def html_code(text: str) -> str:
    """
    *text* as code within HTML.

    >>> html_code("<b>")
    '<code>&lt;b&gt;</code>'
    """
    return f"<code>{html.escape(cut(one_line(text)))}</code>"
