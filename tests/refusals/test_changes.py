"""
Whatever an environment or an app changes of parts and objects, it is taken or
refused by name.
"""

import pytest

from tests.strategies.values import HOSTILE

import mizzen

from mizzen import SpecError

from .right import API, DB, WORKER
from .support import fields, names
from .wrong import CYCLE, JUNK


def test_transforms():
    """
    What a function makes of an object can be written, or is refused.
    """
    dev = mizzen.Environment(
        "dev",
        transforms=[
            mizzen.Transform("Service", lambda body: {**body, "spec": CYCLE})
        ],
    )
    app = mizzen.App("shop", edition="2026", parts=[API, DB])

    with pytest.raises(
        SpecError,
        match=r"- Transform 'Service': what function makes of Service 'api' "
        "must have at most 64 levels, none in itself",
    ):
        mizzen.compile_app(app, dev, mizzen.Stack("dev", environment="dev"))


def test_no_part():
    """
    What is no part is none of an app's.
    """
    with pytest.raises(SpecError, match=r"^App 'shop': 5 is not one of its"):
        mizzen.App("shop", edition="2026", parts=[API, DB]).replace(5)


def test_itself():
    """
    A part that is exchanged for a user of its own is refused.
    """
    app = mizzen.App("shop", edition="2026", parts=[API, DB])

    with pytest.raises(SpecError) as ei:
        app.replace(API, uses=[API])

    assert (
        "Service 'api': it would refer to itself, by its uses or through "
        "other parts."
    ) == str(ei.value)


@pytest.mark.parametrize("part", [API, WORKER, DB], ids=repr)
class TestChanges:
    @pytest.mark.parametrize("verb", ["override", "replace"])
    def test_wrong(self, part, verb):
        """
        So is what environments override and apps replace.
        """
        app = mizzen.App("shop", edition="2026", parts=[API, WORKER, DB])
        for field in fields(type(part)):
            for value in [*JUNK, *HOSTILE]:
                try:
                    if verb == "override":
                        made = part.override(**{field: value})
                    else:
                        made = app.replace(part, **{field: value})
                except SpecError as error:
                    said = str(error)
                else:
                    said = f"{field} {made!r}"

                assert names(field, said)
