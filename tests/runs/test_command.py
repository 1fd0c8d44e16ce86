"""
``mizzen run``: which job it runs, and where.
"""

import json

import pytest

from click.testing import CliRunner

from mizzen.cli import main

from .support import at, items, job, pod


class TestCommand:
    @pytest.fixture(name="command")
    def _command(self, root, monkeypatch):
        """
        The command in the example app's project.
        """
        monkeypatch.chdir(root)

        def command(*args):
            return CliRunner().invoke(main, ["run", *args])

        return command

    def test_runs(self, command, kubectl, deployed, calls):
        """
        The job of the stack runs in the cluster of the stack, with other
        arguments if there are some.
        """
        kubectl(
            get_job=[items(deployed)],
            get_pods=[items(pod(terminated={"exitCode": 4}))],
            get_events=[items()],
            **{
                "create_-f": [[0, json.dumps(job())]],
                "logs_run-1-x": [[0, at("01", "said")]],
            },
        )
        result = command(
            *(
                "migrate",
                "--stack",
                "prod",
                "--deadline",
                "2h",
                "--",
                "--check",
            )
        )
        where, words, _ = calls()[0]
        made = json.loads(calls()[1][2])

        assert 7200 == made["spec"]["activeDeadlineSeconds"]

        assert 4 == result.exit_code
        assert ["--context", "prod", "--namespace", "multi-prod"] == where
        assert (
            "app.kubernetes.io/name=migrate,"
            "app.kubernetes.io/instance=multi-prod,"
            "app.kubernetes.io/component=job"
        ) == words[3]

    @pytest.mark.parametrize(
        ("args", "text"),
        [
            (
                ["api", "--stack", "prod"],
                "Job 'api' is unknown; choose one of: 'migrate'.",
            ),
            (
                ["migrate", "--stack", "prod", "--deadline", "soon"],
                "'soon' is no duration; write it like 90s, 30m or 2h.",
            ),
            (
                ["migrate", "--stack", "dev"],
                (
                    "Stack 'dev' names no context. Name the cluster, like "
                    "--context kind-dev."
                ),
            ),
            (
                ["migrate", "--stack", "prod", "--context", "other"],
                (
                    "Stack 'prod' goes to context 'prod', but --context names "
                    "'other'."
                ),
            ),
        ],
    )
    def test_refused(self, command, args, text):
        """
        Jobs and clusters are those that the project and the user name.
        """
        result = command(*args)

        assert 2 == result.exit_code
        assert text in result.output
