"""
Values that hardly any field takes.
"""

from pathlib import Path

import mizzen

from mizzen import OFF
from mizzen.spec import Override, Setting

from .right import API, DB, IMAGE, WORKER


CYCLE: dict = {}
CYCLE["spec"] = CYCLE


class Broken:
    """
    Nobody can look at it.
    """

    __hash__ = None

    def _fail(self, *_):
        msg = "broken"
        raise RuntimeError(msg)

    __repr__ = __eq__ = __iter__ = __bool__ = _fail


class BrokenMapping(dict):
    """
    Nobody can look into it.
    """

    def _fail(self):
        msg = "broken"
        raise OSError(msg)

    items = values = __iter__ = _fail


# What no file and no API can hold.
UNWRITABLE = [
    *("\ud800", "a\0b", float("nan"), float("-inf"), 10**5000, CYCLE),
    *([value] for value in ("\ud800", "a\0", [CYCLE])),
    *({"A": value} for value in ("\ud800", "a\0", float("inf"), 2**70)),
    *({"/a": "a\0"}, {"\ud800": "a"}, {"/a\0": "a"}, {"spec": CYCLE}),
]
# Values of environments' overrides are looked at with the part's.
OPAQUE = [BrokenMapping(a="b")]
JUNK = [
    *(Broken(), [Broken()], {"A": Broken()}),
    *({"example.com/a": 8}, {"example.com/a": True}, {"a b": "x"}),
    *(None, True, False, 0, -1, 80, 2**70, 1.5, float("nan")),
    *("", " ", "a b", "api", "Ünï", "x" * 300, "/", "//", "1Gi", "a\n"),
    *(b"a", [], [None], ["a"], [[]], [API], [API, API], (1,), {1}, {}),
    *({"a": None}, {1: 2}, {"A": API}, {API: None}, {"/a": b"\0"}),
    *(object(), int, len, OFF, API, DB, WORKER, IMAGE, Path()),
    *(mizzen.FromConfig("a"), Setting(DB, "host"), Override(DB, {})),
]
