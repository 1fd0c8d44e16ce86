"""
Where the values of two stacks differ, and why: ``mizzen compare``.
"""

import json

import pytest

from .conftest import change


class TestCompare:
    def test_scaled(self, project, mizzen):
        """
        Replicas that an autoscaler has in one of the stacks are no
        difference beside it.
        """
        change(project, "replicas=3", "scale=Autoscale(2, 9, cpu=70)")
        change(project, "    App, ", "    App, Autoscale, ")
        change(
            project,
            '"prod", expo',
            '"prod", defaults=Defaults(replicas=4), expo',
        )
        rows = json.loads(
            mizzen("compare", "dev", "prod", "--format", "json").stdout
        )
        fields = [row["field"] for row in rows if row["part"] == "web"]

        assert "scale" in fields
        assert "replicas" not in fields

    def test_text(self, mizzen):
        """
        Only what differs is told, with what decided it.
        """
        found = mizzen("compare", "dev", "prod").stdout

        assert "replicas" in found
        assert "(override of environment prod)" in found
        assert "cpu" not in found
        # What an environment is called is no difference of the app.
        assert "the app  name" not in found

    def test_off(self, project, mizzen):
        """
        What an override removes is a difference, and what a later one says
        anew is its own.
        """
        change(project, "    App, ", "    OFF, App, ")
        change(
            project,
            "overrides=[",
            'overrides=[web.override(env=OFF, command=OFF, files={"/a": "1"}),'
            ' web.override(env={"C": "3"}, files=OFF),',
        )
        found = mizzen("compare", "dev", "prod", "--format", "json").stdout
        rows = {
            row["field"]: row["values"]
            for row in json.loads(found)
            if row["part"] == "web"
        }

        assert "files /a" not in rows
        assert rows["env A"] == [
            {"value": "1", "source": "part"},
            None,
        ]
        assert rows["env C"] == [
            None,
            {"value": "3", "source": "override of environment prod"},
        ]

    def test_json(self, mizzen):
        """
        Programs get the same.
        """
        found = mizzen("compare", "dev", "prod", "--format", "json").stdout
        rows = {
            (row["part"], row["field"]): row["values"]
            for row in json.loads(found)
        }

        assert rows["web", "env B"] == [
            None,
            {"value": "2", "source": "override of environment prod"},
        ]
        assert rows[None, "hosts"] == [
            None,
            {"value": "a.example.com", "source": "the stack's file"},
        ]

    def compared(self, project, mizzen, exposure):
        """
        The values of dev and prod by field, where environments say more.
        """
        change(project, "exposure=Ingress(),", f"exposure={exposure},")
        change(
            project,
            "    App, Defaults,",
            "    App, Defaults, LoadBalancer, NodePort, Transform,",
        )
        found = mizzen("compare", "dev", "prod", "--format", "json").stdout
        return {
            (row["part"], row["field"]): row["values"]
            for row in json.loads(found)
        }

    @pytest.mark.parametrize(
        ("exposure", "words"),
        [
            ("NodePort({web: 30080})", "NodePort(web=30080)"),
            (
                "LoadBalancer([web['http']], source_ranges=['10.0.0.0/8'])",
                "LoadBalancer(web['http'], source_ranges=10.0.0.0/8)",
            ),
        ],
    )
    def test_exposure(self, project, mizzen, exposure, words):
        """
        What is open is told by the names of parts and ports.
        """
        rows = self.compared(project, mizzen, exposure)

        assert rows[None, "exposure"] == [
            None,
            {"value": words, "source": "environment prod"},
        ]

    def test_patch(self, project, mizzen):
        """
        Patches are told field by field, as those of their part.
        """
        rows = self.compared(
            project,
            mizzen,
            'Ingress(), patches=[web.patch("Deployment", {"spec": '
            '{"minReadySeconds": 5, "paused": {}}})]',
        )

        assert rows["web", "patch Deployment spec.minReadySeconds"] == [
            None,
            {"value": "5", "source": "patch of environment prod"},
        ]
        assert ("web", "patch Deployment spec.paused") in rows
        assert not any("patches" in field for _, field in rows)

    def test_function(self, project, mizzen):
        """
        Functions go by their names, because their addresses change.
        """
        rows = self.compared(
            project,
            mizzen,
            "Ingress(), transforms=[Transform('Job', lambda job: job)]",
        )

        assert rows[None, "transforms"] == [
            None,
            {
                "value": "Transform(kind=Job, function=<lambda>)",
                "source": "environment prod",
            },
        ]

    def test_configuration(self, project, mizzen):
        """
        What the app itself reads of a stack's file is compared; of secrets,
        whether they are there.
        """
        for stack, level, more in (
            ("dev", "debug", ""),
            ("prod", "info", "  shop:key:\n    secure: v1:b\n"),
        ):
            path = project / f"Pulumi.{stack}.yaml"
            text = path.read_text()
            path.write_text(
                f"{text}  shop:registry: {stack}.example.com\n"
                f"  shop:level: {level}\n"
                f"  shop:both:\n    secure: v1:{stack}\n{more}"
            )
        rows = self.compared(project, mizzen, "Ingress()")
        file = "the stack's file"

        assert rows[None, "config level"] == [
            {"value": "debug", "source": file},
            {"value": "info", "source": file},
        ]
        assert rows[None, "config key"] == [
            None,
            {"value": "a secret", "source": file},
        ]
        assert rows[None, "registry"][0]["value"] == "dev.example.com"
        assert (None, "config both") not in rows
        assert (None, "config registry") not in rows
