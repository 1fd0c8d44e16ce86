"""
What a cluster is asked for.
"""

import os

import attrs
import pytest

from mizzen import (
    App,
    Environment,
    Gateway,
    Image,
    Port,
    Route,
    Service,
    Stack,
)
from mizzen._cause import Log
from mizzen.kubectl import Kubectl
from mizzen.view import View


class TestView:
    @pytest.fixture(name="view")
    def _view(self, tmp_path, monkeypatch):
        program = tmp_path / "kubectl"
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

        def view(script):
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            return View(
                kubectl=Kubectl(context="c", namespace="n"),
                instance="lab-dev",
                parts={},
                kinds=("pods",),
            )

        return view

    def test_said(self, view):
        """
        The last lines of a container are asked for, of the time before if it
        runs again.
        """
        asking = view('echo "$5 $6 $7 $8 $9 ${10}"')

        assert (
            "logs web-1 --container web --tail=20 ",
        ) == asking.kubectl.said(Log(pod="web-1", container="web"))
        assert ("logs web-1 --container web --tail=5 --previous",) == (
            asking.kubectl.said(
                Log(pod="web-1", container="web", previous=True), 5
            )
        )

    def test_started_again(self, view):
        """
        A container that has started again since, and has said nothing yet, is
        asked what it said before; one whose earlier log is gone, what it says
        now.
        """
        log = Log(pod="web-1", container="web")
        before = attrs.evolve(log, previous=True)

        assert ("before",) == view(
            '[ -z "${10}" ] || echo before'
        ).kubectl.said(log)
        assert ("now",) == view('[ -z "${10}" ] && echo now').kubectl.said(
            before
        )

    def test_removed(self, view):
        """
        What a node says in place of a log that it has removed is no log.
        """
        removed = "unable to retrieve container logs for containerd://69a8"
        log = Log(pod="web-1", container="web", previous=True)

        assert ("now",) == view(
            f'[ -z "${{10}}" ] && echo now || printf "{removed}"'
        ).kubectl.said(log)

    def test_gone(self, view):
        """
        A container that is gone has said nothing.
        """
        log = Log(pod="web-1", container="web")

        assert () == view("exit 1").kubectl.said(log)

    def test_routes(self, shop, desired):
        """
        Routes of the Gateway API are looked at where the app has some: other
        clusters do not know the kind.
        """
        kubectl = Kubectl(context="c", namespace="n")
        plain = View.of(desired(shop), kubectl, "shop", "dev")

        assert "httproutes" not in plain.kinds
        assert {"api": "api", "db": "db"}.items() <= plain.parts.items()

    @pytest.mark.parametrize(
        ("application", "kind"),
        [("http", "httproutes"), ("grpc", "grpcroutes")],
    )
    def test_kinds_of_routes(self, desired, application, kind):
        """
        Only routes of the kind that it has are looked at.
        """
        port = Port("main", 9000, application=application)
        web = Service("web", image=Image("acme/web:v5"), ports=[port])
        app = App(
            "shop", edition="2026", parts=[web], routes=[Route("/", web)]
        )
        manifests = desired(
            app,
            environment=Environment("dev", exposure=Gateway()),
            stack=Stack(
                "dev",
                environment="dev",
                hosts=["a.example.com"],
                gateway="infra/edge",
            ),
        )
        kubectl = Kubectl(context="c", namespace="n")
        view = View.of(manifests, kubectl, "shop", "dev")

        assert [kind] == [k for k in view.kinds if k.endswith("routes")]
