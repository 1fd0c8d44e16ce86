"""
Parts that tell the cluster's monitoring how they do.
"""

import attrs
import pytest

from mizzen import (
    Container,
    Conventions,
    DaemonSet,
    Environment,
    Image,
    Metrics,
    Monitoring,
    Port,
    SpecError,
    Stack,
)
from mizzen.changes.reach import reach_changes


IMAGE = Image("acme/app:v5")


def template(manifests, name, kind="Deployment"):
    """
    The pods of a part.
    """
    return manifests.get(kind, name)["spec"]["template"]


def let_in(manifests, name):
    """
    The ports that the monitoring of the cluster is let in to, by namespace.
    """
    policy = manifests.get("NetworkPolicy", name)
    return {
        peer["namespaceSelector"]["matchLabels"][
            "kubernetes.io/metadata.name"
        ]: [port["port"] for port in rule["ports"]]
        for rule in policy["spec"]["ingress"]
        for peer in rule["from"]
        if "namespaceSelector" in peer
    }


@pytest.fixture(name="operated")
def _operated():
    """
    A stack in whose cluster the Prometheus Operator is.
    """
    monitoring = Monitoring("observability", kind="PodMonitor")
    return Stack("dev", environment="dev", monitoring=monitoring)


class TestPort:
    @pytest.mark.parametrize(
        ("metrics", "path"),
        [(9090, "/metrics"), (Metrics(9090, path="/stats"), "/stats")],
    )
    def test_worker(self, beat, desired, metrics, path):
        """
        A part that listens on nothing gets a port that its pods tell, and
        the monitoring alone is let in to it.
        """
        manifests = desired(attrs.evolve(beat, metrics=metrics))
        pod = template(manifests, "beat")
        policy = manifests.get("NetworkPolicy", "beat")

        assert {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "9090",
            "prometheus.io/path": path,
        } == pod["metadata"]["annotations"]
        assert [
            {"name": "metrics", "containerPort": 9090, "protocol": "TCP"}
        ] == pod["spec"]["containers"][0]["ports"]
        assert 1 == len(policy["spec"]["ingress"])
        assert {"monitoring": [9090]} == let_in(manifests, "beat")

    def test_daemon_set(self, desired):
        """
        What runs on each node has metrics, too.
        """
        part = DaemonSet("sensor", image=IMAGE, metrics=9100)
        pod = template(desired(part), "sensor", "DaemonSet")

        assert "9100" == pod["metadata"]["annotations"]["prometheus.io/port"]

    def test_own_port(self, lone, desired):
        """
        A port that the part listens on anyway is not repeated.
        """
        (port,) = lone.listens
        manifests = desired(attrs.evolve(lone, metrics=port.number))
        (container,) = template(manifests, lone.name)["spec"]["containers"]

        assert [port.name] == [each["name"] for each in container["ports"]]
        assert {"monitoring": [port.number]} == let_in(manifests, lone.name)

    def test_sidecar(self, beat, desired):
        """
        An exporter beside the part can be what tells.
        """
        exporter = Container("exporter", image=IMAGE, port=9113)
        part = attrs.evolve(beat, sidecars=[exporter], metrics=9113)
        manifests = desired(part)
        pod = template(manifests, "beat")["spec"]

        assert [] == pod["containers"][0].get("ports", [])
        assert {"monitoring": [9113]} == let_in(manifests, "beat")

    def test_users(self, web, api, desired):
        """
        Those that use a part are not let in to its metrics, and its Service
        does not lead there.
        """
        told = attrs.evolve(api, uses=[], metrics=9090)
        web = attrs.evolve(web, uses=[told])
        manifests = desired(web, told)
        users, _ = manifests.get("NetworkPolicy", "api")["spec"]["ingress"]
        service = manifests.get("Service", "api")["spec"]

        assert [8000] == [port["port"] for port in users["ports"]]
        assert [8000] == [port["port"] for port in service["ports"]]

    def test_left_out(self, beat, desired):
        """
        Without metrics nobody is let in, and nothing is told.
        """
        manifests = desired(beat)

        assert "annotations" not in template(manifests, "beat")["metadata"]
        assert {} == let_in(manifests, "beat")


class TestMonitoring:
    def test_namespace(self, beat, desired):
        """
        The stack says where the monitoring of its cluster is.
        """
        stack = Stack(
            "dev", environment="dev", monitoring=Monitoring("observability")
        )
        manifests = desired(attrs.evolve(beat, metrics=9090), stack=stack)

        assert {"observability": [9090]} == let_in(manifests, "beat")

    @pytest.mark.parametrize(
        ("number", "name"), [(8080, "http"), (9, "metrics")]
    )
    def test_pod_monitor(self, lone, desired, operated, number, name):
        """
        The Prometheus Operator is told by an object of its own, which finds
        the pods of the part and the port by its name, and no pod says so too.
        """
        part = attrs.evolve(lone, metrics=Metrics(number, path="/stats"))
        manifests = desired(part, stack=operated)
        monitor = manifests.get("PodMonitor", "lone")
        deployment = manifests.get("Deployment", "lone")
        metadata = deployment["spec"]["template"]["metadata"]

        assert "monitoring.coreos.com/v1" == monitor["apiVersion"]
        assert {
            "selector": deployment["spec"]["selector"],
            "podMetricsEndpoints": [{"port": name, "path": "/stats"}],
        } == monitor["spec"]
        assert "annotations" not in metadata
        assert {"observability": [number]} == let_in(manifests, "lone")

    def test_nothing_told(self, lone, desired, operated):
        """
        A part without metrics has no object for the Prometheus Operator.
        """
        kinds = {manifest.kind for manifest in desired(lone, stack=operated)}

        assert "PodMonitor" not in kinds

    def test_conventions(self, beat, desired):
        """
        Annotations of the cluster's own come beside those of the metrics.
        """
        conventions = Conventions(pod_annotations={"acme.com/team": "a"})
        manifests = desired(
            attrs.evolve(beat, metrics=9090),
            environment=Environment("dev", conventions=conventions),
        )
        found = template(manifests, "beat")["metadata"]["annotations"]

        assert {"acme.com/team", "prometheus.io/scrape"} < {*found}

    def test_reported(self, beat, desired):
        """
        A change report tells that the monitoring can now connect.
        """
        before, after = desired(beat), desired(attrs.evolve(beat, metrics=9))
        (gained,), lost = reach_changes(before, after)

        assert (
            "namespaces with kubernetes.io/metadata.name=monitoring → beat "
            "(TCP 9)"
        ) == str(gained)
        assert not lost


class TestRefused:
    @pytest.mark.parametrize("value", [0, 65_536, True, "/metrics"])
    def test_value(self, beat, value):
        """
        What is neither a port nor `Metrics` is refused.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(beat, metrics=value)

        assert (
            "Worker 'beat': metrics must be a port or Metrics(…), like 9090 "
            f"(got {value!r})."
        ) == str(ei.value)

    def test_path(self):
        """
        Paths begin with a slash.
        """
        with pytest.raises(SpecError) as ei:
            Metrics(9090, path="stats")

        assert (
            "Metrics: path must be a path, like '/metrics' (got 'stats')."
        ) == str(ei.value)

    def test_override(self, beat):
        """
        Ports are the same in all stacks, and so are those of metrics.
        """
        with pytest.raises(SpecError, match=r"metrics cannot be overridden"):
            beat.override(metrics=9090)

    def test_taken_name(self, lone, desired):
        """
        Another port cannot be called like that of the metrics.
        """
        part = attrs.evolve(lone, ports=[Port("metrics", 9091)], metrics=9090)
        with pytest.raises(SpecError) as ei:
            desired(part)

        (problem,) = ei.value.problems

        assert (
            f"Service '{lone.name}': metrics are on port 9090, but port "
            "'metrics' is 9091. Rename that port, or say its number."
        ) == problem
