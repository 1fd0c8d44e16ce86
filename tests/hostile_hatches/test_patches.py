"""
Whatever a patch says, it is refused by name or judged.
"""

import attrs
import pytest

from hypothesis import given, settings
from hypothesis import strategies as st

from mizzen import OFF, SpecError

from .support import DATA, DEV, JOB, WEB, judged


class TestPatches:
    @pytest.mark.parametrize(
        "fields",
        [
            {"spec": {"template": {"spec": {"containers": OFF}}}},
            {"spec": {"template": OFF}},
            {"spec": OFF},
            {"metadata": {"labels": OFF}},
            {
                "spec": {
                    "template": {"spec": {"containers": [{"name": ["web"]}]}}
                }
            },
        ],
    )
    @pytest.mark.parametrize("part", [WEB, JOB])
    def test_removed(self, part, fields):
        """
        What an object needs can be removed, and checks judge the rest.
        """
        kind = "Job" if part is JOB else "Deployment"
        patch = part.patch(kind, fields)

        assert judged(attrs.evolve(DEV, patches=[patch]))

    def test_no_image(self):
        """
        So can the image of a container.
        """
        containers = {"web": {"image": OFF}}
        patch = WEB.patch(
            "Deployment",
            {"spec": {"template": {"spec": {"containers": containers}}}},
        )

        assert judged(attrs.evolve(DEV, patches=[patch]))

    @given(
        kind=st.sampled_from(["Deployment", "Service", "NetworkPolicy"]),
        data=st.dictionaries(
            st.sampled_from(["spec", "metadata", "data"]),
            DATA,
            min_size=1,
        ),
    )
    @settings(max_examples=50)
    def test_any(self, kind, data):
        """
        A patch is refused by a `SpecError`, or compiled and judged.
        """
        try:
            patch = WEB.patch(kind, data)
        except SpecError:
            return

        judged(attrs.evolve(DEV, patches=[patch]))
