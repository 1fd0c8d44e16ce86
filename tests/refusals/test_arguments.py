"""
Arguments that nobody has, that are missing or given twice, and those that are
changed afterwards.
"""

import attrs
import pytest

import mizzen

from mizzen import SpecError
from mizzen._arguments import name_arguments

from .right import API, IMAGE


class TestArguments:
    def test_nearest(self):
        """
        A misspelt argument is answered by the nearest one.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.Service("web", image=IMAGE, port=80, helth="/health")

        assert str(ei.value).startswith(
            "Service 'web': there is no field 'helth'; choose one of: "
        )
        assert str(ei.value).endswith("(nearest to 'helth': 'health').")

    def test_missing(self):
        """
        A missing argument is named.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.App("shop", parts=[API])

        assert "App 'shop': edition must be given." == str(ei.value)

    def test_twice(self):
        """
        So is one that is given twice.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.Redis("cache", name="cache", version=8, disk="1Gi")

        assert "Redis 'cache': name must be given once." == str(ei.value)

    def test_positions(self):
        """
        Whoever gives arguments by their order is told how to give them.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.Route("/", API, *range(30))

        assert str(ei.value).startswith("Route '/': all but path, to")
        with pytest.raises(SpecError) as ei:
            mizzen.Quota(1)

        assert str(ei.value).startswith("Quota: all fields must be given by ")

    def test_others(self):
        """
        What fails for another reason fails as it did.
        """
        with pytest.raises(TypeError, match="keywords must be strings"):
            mizzen.Template("a", **{1: 2})

    def test_inside(self):
        """
        So does a constructor that fails with arguments that it has.
        """

        @attrs.frozen
        class Number:
            of: int = attrs.field(converter=int)

        name_arguments([Number])

        with pytest.raises(TypeError, match="not 'list'"):
            Number([])


class TestCopies:
    def test_mappings(self):
        """
        What the user changes afterwards changes nothing.
        """
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "sizes"},
            "data": [{"a": "b"}],
        }
        raw = mizzen.Raw(body)
        body["kind"] = 5
        body["metadata"]["name"] = 5
        body["data"][0]["a"] = 5

        assert "<Raw ConfigMap sizes>" == repr(raw)
        assert [{"a": "b"}] == raw.body["data"]
