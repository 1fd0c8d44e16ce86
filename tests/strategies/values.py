"""
What fields hold: names, texts, quantities, later values.
"""

from pathlib import Path

import attrs

from hypothesis import strategies as st

from mizzen import FromConfig, FromProgram, FromStack


CONTEXTS = Path(__file__).parents[1] / "golden" / "contexts"
LONG = "a-name-as-long-as-names-of-parts-may-be-and-no-more0"
# What is cut off must still tell it from the one before.
ALIKE = f"{LONG[:-1]}1"
# Some look like the names of what belongs to others.
NAMES = [
    *("api", "web", "db", "shop", "y", "null", "a", "a-b", "a-b-c", "x1"),
    *("api-env", "api-files", "db-credentials", "web-0", "kubernetes"),
    *(ALIKE, LONG),
]
names = st.sampled_from(NAMES)
# What a parser of YAML may take for something else than text.
HOSTILE = [
    *("12e7", "1e3", "1E5", "1e+3", "0o17", "0x1F", "08", "0_8", "1:30"),
    *("y", "n", "yes", "Off", "True", "null", "~", "", ".inf", ".nan", "<<"),
    *("=", "-", "- a", "a: b", "a #b", "#", "!!str", "%a", "@a", "`a`", "*a"),
    *("&a", "|", ">", "{}", "[a]", "'", '"', "\\x41", " lead", "trail ", "\t"),
    *("two\nlines\n", "\x85\u2028\u2029\ufeff", "é‹›\U0001f600", "2026-11-23"),
    "x" * 253,
]
texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=12,
)
commands = st.lists(texts, min_size=1, max_size=2)
memory = st.sampled_from(["64Mi", "128Mi", "1Gi", "300000Ki"])
cpu = st.sampled_from(["50m", "1", "2500m"])
laters = st.builds(
    lambda later, secret: attrs.evolve(later, secret=secret),
    st.sampled_from(
        [
            FromConfig("theKey"),
            FromStack("acme/data/prod", "host"),
            FromProgram("host"),
        ]
    ),
    st.booleans(),
)


def former_names(name):
    """
    What a part called *name* may have been called.
    """
    return st.sampled_from([(), f"old-{name[:40]}0"])


def maybe(strategy):
    """
    Something, or nothing said about it.
    """
    return st.none() | strategy


_chances = st.integers(0, 24)


@st.composite
def mostly(draw, strategy, other=None):
    """
    What an app may need, and once in a while something else in its place.
    """
    return other if draw(_chances) == 13 else draw(strategy)


@st.composite
def seldom(draw, strategy, usual):
    """
    What few apps need, and mostly the *usual* in its place.
    """
    return draw(strategy if draw(_chances) == 13 else usual)
