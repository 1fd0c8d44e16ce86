"""
Pictures of apps.
"""

import sys

from xml.etree import ElementTree as ET

import attrs
import pytest

from mizzen import (
    App,
    Client,
    CronJob,
    DaemonSet,
    Environment,
    Image,
    Ingress,
    Internet,
    Job,
    LoadBalancer,
    NodePort,
    Port,
    Route,
    Service,
    Worker,
    graph,
)
from mizzen.diagram import dot, mermaid, svg


SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(name="near")
def _near(web):
    return Environment("dev", exposure=NodePort({web: 30080}))


def entrances(picture):
    """
    The lines that lead in from outside.
    """
    return [
        line.strip() for line in picture.splitlines() if "outside ==>" in line
    ]


class TestMermaid:
    def test_whole(self, shop, near):
        """
        Each kind of part has its shape, edges lead from users to what they
        use, and the world outside enters by port and route.
        """
        assert """\
flowchart LR
  outside(["world outside"])
  subgraph app["shop"]
    part_web("web<br/>:8080"):::service
    part_api("api<br/>:8000"):::service
    part_worker{{"worker"}}:::worker
    part_migrate[["migrate<br/>job"]]:::job
    part_db[("db<br/>PostgreSQL 17")]:::store
    part_cache[("cache<br/>Redis 8")]:::store
  end
  outside ==>|"node port 30080<br/>/"| part_web
  part_web --> part_api
  part_api --> part_db
  part_api --> part_cache
  part_worker --> part_cache
  part_migrate --> part_db
  part_migrate -.->|"before"| part_api
  classDef job fill:#b45309,stroke:#92400e,color:#fff
  classDef service fill:#2563eb,stroke:#1d4ed8,color:#fff
  classDef store fill:#047857,stroke:#065f46,color:#fff
  classDef worker fill:#7c3aed,stroke:#6d28d9,color:#fff
  style app fill:none,stroke:#8c959f
""" == mermaid(graph(shop, near))

    def test_after(self, shop, dev, api):
        """
        What a job comes after points to it, like a job to what it precedes.
        """
        smoke = Job("smoke", image=api.image, after=[api])
        app = attrs.evolve(shop, parts=[*shop.parts, smoke])

        assert (
            '  part_api -.->|"before"| part_smoke'
            in mermaid(graph(app, dev)).splitlines()
        )

    def test_routes(self, shop):
        """
        Behind an Ingress, each route is an entrance.
        """
        public = Environment("prod", exposure=Ingress())

        assert [
            'outside ==>|"/"| part_web',
            'outside ==>|"/api"| part_api',
        ] == entrances(mermaid(graph(shop, public)))

    @pytest.mark.parametrize(
        ("exposure", "words"),
        [
            (lambda web: NodePort([web]), "node port for http"),
            (lambda web: LoadBalancer([web]), "port 8080"),
            (lambda web: LoadBalancer({web: 80}), "port 80"),
        ],
    )
    def test_ports(self, shop, web, exposure, words):
        """
        A port that Kubernetes picks has no number yet; a load balancer's is
        the service's own.
        """
        wide = Environment("dev", exposure=exposure(web))

        assert [f'outside ==>|"{words}<br/>/"| part_web'] == entrances(
            mermaid(graph(shop, wide))
        )

    def test_private(self, shop, dev):
        """
        Without exposure there is no world outside.
        """
        assert "outside" not in mermaid(graph(shop, dev))

    def test_escaped(self):
        """
        Names that are words of Mermaid's own, and all that a path may hold,
        stay text.
        """
        end = Service("end", image=Image("acme/a:1"), port=80)
        app = App(
            "class",
            edition="2026",
            parts=[end],
            routes=[Route("/a%%&;'(", end)],
        )
        picture = mermaid(graph(app, Environment("dev", exposure=Ingress())))

        assert '    part_end("end<br/>:80"):::service' in picture.splitlines()
        assert [
            'outside ==>|"/a#37;#37;#38;#59;#39;#40;"| part_end'
        ] == entrances(picture)

    def test_outside(self, dev):
        """
        What parts reach outside of the app is drawn once.
        """
        parts = [
            Worker(name, image=Image("a/b:1"), reaches=[Internet()])
            for name in ("left", "right")
        ]
        near = graph(App("shop", edition="2026", parts=parts), dev)

        for picture, arrow in ((mermaid(near), "-->"), (dot(near), "->")):
            assert 1 == picture.count('"internet"')
            assert f"part_left {arrow} outside_1" in picture
            assert f"part_right {arrow} outside_1" in picture

    def test_clients(self, web, db, dev):
        """
        Parts of other apps that come in are drawn once.
        """
        clients = [
            Client("reports", namespace="reports-prod", part="collector"),
            Client("all", namespace="other"),
            Client("logs", namespace="other", labels={"app": "logs"}),
        ]
        parts = [
            attrs.evolve(web, clients=clients, uses=[]),
            attrs.evolve(db, clients=clients[:1]),
        ]
        near = graph(App("shop", edition="2026", parts=parts), dev)

        for picture, arrow in ((mermaid(near), "-->"), (dot(near), "->")):
            assert 1 == picture.count('"collector in reports-prod"')
            assert 1 == picture.count('"any part in other"')
            assert 1 == picture.count('logs in other"')
            assert f"client_1 {arrow} part_web" in picture
            assert f"client_2 {arrow} part_web" in picture
            assert f"client_1 {arrow} part_db" in picture

    def test_several_ports(self, dev):
        """
        All ports of a service are shown.
        """
        api = Service(
            "api-v2", image=Image("acme/a:1"), port=80, ports=[Port("m", 81)]
        )
        app = App("shop", edition="2026", parts=[api])

        assert 'part_api_v2("api-v2<br/>:80 :81")' in mermaid(graph(app, dev))

    def test_kinds(self, web):
        """
        Schedules, what runs on each node, and internal ways in are drawn.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[
                web,
                CronJob("tidy", image=web.image, schedule="0 3 1 1 0"),
                DaemonSet("agent", image=web.image),
            ],
            routes=[Route("/", web, internal=True)],
        )
        picture = mermaid(graph(app, Environment("dev", exposure=Ingress())))

        assert "0 3 1 1 0" in picture
        assert "on each node" in picture
        assert "internal network" in picture


class TestSvg:
    def test_drawn(self, shop, near):
        """
        The picture is valid SVG that names each part, has an edge for each
        use, and colours for dark pages.
        """
        root = ET.fromstring(svg(graph(shop, near)))
        texts = {text.text for text in root.iter(f"{SVG}text")}
        edges = [g for g in root.iter(f"{SVG}g") if g.get("class") == "edge"]
        style = root.find(f"{SVG}style")

        assert {
            "shop",
            "world outside",
            *(p.name for p in shop.parts),
        } <= texts
        assert 7 == len(edges)
        assert style is not None
        assert "prefers-color-scheme: dark" in str(style.text)

    def test_same(self, shop, near):
        """
        The same app gives the same picture.
        """
        assert svg(graph(shop, near)) == svg(graph(shop, near))

    def test_private(self, shop, dev):
        """
        Without exposure there is no world outside.
        """
        assert "outside [" not in dot(graph(shop, dev))

    def test_escaped(self):
        """
        Paths are text in pictures, too.
        """
        web = Service("web", image=Image("acme/web:v5"), port=80)
        app = App(
            "shop", edition="2026", parts=[web], routes=[Route("/&('", web)]
        )
        drawn = svg(graph(app, Environment("dev", exposure=Ingress())))
        texts = [text.text for text in ET.fromstring(drawn).iter(f"{SVG}text")]

        assert "/&('" in texts

    def test_program_on_path(self, shop, dev, tmp_path, monkeypatch):
        """
        Without the extra, Graphviz' own program will do.
        """
        program = tmp_path / "dot"
        program.write_text("#!/bin/sh\necho '<svg\n>\n<g />\n</svg>'\n")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

        assert svg(graph(shop, dev)).startswith("<svg\n>\n<style>")

    def test_missing(self, shop, dev, tmp_path, monkeypatch):
        """
        Without any, the message says what to install.
        """
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(FileNotFoundError) as ei:
            svg(graph(shop, dev))

        assert (
            "SVG is drawn by Graphviz, which is not there. Run: pip install "
            "'mizzen[svg]', or put Graphviz' dot on PATH."
        ) == str(ei.value)
