"""
A kubectl that answers from files, and runs by it.
"""

import json
import os
import stat
import sys

import pytest

from mizzen import runs
from mizzen.kubectl import Kubectl

from .support import at, items, job


# Each call takes the next of the answers to its first words.
KUBECTL = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
words = sys.argv[5:]
with (folder / "calls").open("a") as calls:
    given = sys.stdin.read() if words[0] == "create" else ""
    calls.write(json.dumps([sys.argv[1:5], words, given]) + "\\n")
path = folder / "answers.json"
answers = json.loads(path.read_text())
left = answers[" ".join(words[:2])]
code, text = left.pop(0) if len(left) > 1 else left[0]
path.write_text(json.dumps(answers))
print(text, file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""


@pytest.fixture(name="deployed")
def _deployed(shop, desired):
    """
    The Job of the shop as Kubernetes keeps it.
    """
    (body,) = (m.body for m in desired(shop).of("migrate") if m.kind == "Job")
    labels = body["spec"]["template"]["metadata"]["labels"]
    labels["batch.kubernetes.io/job-name"] = body["metadata"]["name"]
    labels["controller-uid"] = "8f2c"
    body["metadata"]["creationTimestamp"] = "2"

    return body


@pytest.fixture(name="kubectl")
def _kubectl(tmp_path, monkeypatch):
    """
    A cluster that gives the answers.
    """
    program = tmp_path / "kubectl"
    program.write_text(
        KUBECTL.format(python=sys.executable, folder=str(tmp_path))
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def kubectl(**answers):
        found = {
            key.replace("_", " "): value for key, value in answers.items()
        }
        (tmp_path / "answers.json").write_text(json.dumps(found))
        return Kubectl(context="c", namespace="n", pause_seconds=0)

    return kubectl


@pytest.fixture(name="run")
def _run(kubectl, deployed):
    """
    Runs the shop's job, whose pods are in one state after the other; an
    answer of kubectl stands for itself.
    """

    def run(pods, *jobs, args=(), events=((),), logs=(), **more):
        answers = kubectl(
            get_job=[
                items({**deployed}),
                *(
                    j if isinstance(j, list) else [0, json.dumps(j)]
                    for j in jobs
                ),
            ],
            get_pods=[
                f if f and isinstance(f[0], int) else items(*f) for f in pods
            ],
            get_events=[
                f if f and isinstance(f[0], int) else items(*f) for f in events
            ],
            **{
                "create_-f": [[0, json.dumps(job())]],
                "logs_run-1-x": list(logs) or [[0, at("01", "said")]],
                "delete_job": [[0, ""]],
                **more,
            },
        )
        return runs.run(answers, "migrate", "Job", "shop-dev", args)

    return run


@pytest.fixture(name="clock")
def _clock(monkeypatch):
    """
    Lets forty seconds go by whenever somebody looks.
    """
    clock = iter(range(1, 1000, 40))
    monkeypatch.setattr("mizzen.runs._clock", lambda: next(clock))


@pytest.fixture(name="calls")
def _calls(tmp_path):
    """
    What kubectl was asked.
    """

    def calls():
        lines = (tmp_path / "calls").read_text().splitlines()
        return [json.loads(line) for line in lines]

    return calls
