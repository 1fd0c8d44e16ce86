"""
Whatever a constructor is handed, it takes it or raises a `SpecError` that
names what is made and the field.
"""

import inspect

import attrs
import pytest

from tests.strategies.values import HOSTILE

import mizzen

from mizzen import SpecError

from .right import RIGHT
from .support import fields, names
from .wrong import JUNK, OPAQUE, UNWRITABLE


# What users receive and do not make.
RECEIVED = {"Endpoint", "Graph", "Manifest", "Manifests"}
# Their constructors are functions of their own.
TEMPLATES = {"Template": "text", "TemplateFile": "path"}


def classes():
    """
    All that users make.
    """
    for name in mizzen.__all__:
        cls = getattr(mizzen, name)
        if (
            inspect.isclass(cls)
            and attrs.has(cls)
            and name not in {*RECEIVED, *TEMPLATES, "Allow", "Store"}
        ):
            yield cls


def make(cls, right, **wrong):
    """
    An instance of *cls*, as users make it.
    """
    arguments = {**right, **wrong}
    positional = [
        arguments.pop(field.name)
        for field in attrs.fields(cls)
        if not field.kw_only and field.name in arguments
    ]
    return cls(*positional, **arguments)


def refusal(cls, right, field, value):
    """
    What is said about *value* in a field; `None` if it is taken.
    """
    try:
        made = make(cls, right, **{field: value})
    except SpecError as error:
        return str(error)
    assert repr(made)

    return None


@pytest.mark.parametrize("cls", [*classes()], ids=lambda cls: cls.__name__)
class TestConstructors:
    def test_right(self, cls):
        """
        The right way is taken.
        """
        assert make(cls, RIGHT.get(cls.__name__, {}))

    def test_wrong(self, cls):
        """
        Anything else in a field is taken too, or refused by the names of
        what is made and of the field.
        """
        right = RIGHT.get(cls.__name__, {})
        for field in fields(cls):
            for value in [*JUNK, *HOSTILE, *OPAQUE]:
                said = refusal(cls, right, field, value)
                assert said is None or (
                    cls.__name__ in said and names(field, said)
                )

    def test_unwritable(self, cls):
        """
        What nobody could write down is in no field, nor in what it holds.
        """
        right = RIGHT.get(cls.__name__, {})
        # Folders may be called anything.
        for field in {*fields(cls)} - {"root"}:
            for value in UNWRITABLE:
                said = refusal(cls, right, field, value)
                assert said is not None
                assert cls.__name__ in said
                assert names(field, said)

    def test_generators(self, cls):
        """
        A generator that fails is refused by the names of what is made and
        of the field.
        """
        right = RIGHT.get(cls.__name__, {})
        for field in fields(cls):
            failing = (1 // number for number in (0,))
            said = refusal(cls, right, field, failing)
            assert said is not None
            assert cls.__name__ in said
            assert names(field, said)

    def test_unknown(self, cls):
        """
        Arguments that nobody has are refused by their names.
        """
        with pytest.raises(SpecError, match=rf"^{cls.__name__}.* 'helth'"):
            make(cls, RIGHT.get(cls.__name__, {}), helth="/health")

    def test_missing(self, cls):
        """
        So are those that are not there, and all by the true signature.
        """
        right = RIGHT.get(cls.__name__, {})
        needed = [
            parameter.name
            for parameter in inspect.signature(cls).parameters.values()
            if parameter.default is parameter.empty
        ]

        assert fields(cls) == [*inspect.signature(cls).parameters]
        for name in needed:
            kept = {key: value for key, value in right.items() if key != name}
            with pytest.raises(SpecError, match=f": {name} must be given"):
                cls(**kept)


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates(name):
    """
    Templates are refused by their names too.
    """
    for value in JUNK:
        try:
            made = getattr(mizzen, name)(value)
        except SpecError as error:
            said = str(error)
        else:
            said = f"{name} {TEMPLATES[name]} {made!r}"

        assert name in said
        assert TEMPLATES[name] in said


@pytest.mark.parametrize("field", ["verbs", "on", "names", "wildcard"])
def test_permissions(field):
    """
    Permissions are refused by their names too.
    """
    for value in [*JUNK, *HOSTILE]:
        right = {"verbs": "get", "on": "pods", field: value}
        try:
            made = mizzen.Allow(right.pop("verbs"), **right)
        except SpecError as error:
            said = str(error)
        else:
            said = f"Allow {field} {made!r}"

        assert "Allow" in said
        assert names(field, said)
