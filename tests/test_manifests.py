"""
YAML that every parser reads as what was written.
"""

import pytest
import yaml

from mizzen.manifests import to_yaml


class TestToYaml:
    @pytest.mark.parametrize(
        "value",
        [
            [[1, 2], ["a", ["b", "c"]], "d"],
            [[{"a": [1]}, {}], []],
            {"a": {"b": [{"c": [[{"d": 1}, 2]], "e": 3}]}},
        ],
    )
    def test_nesting(self, value: object) -> None:
        """
        Lists in lists keep their shape.
        """
        assert {"value": value} == yaml.safe_load(to_yaml({"value": value}))
