"""
Findings: each check sees what it is for, says what to do, and keeps quiet
otherwise.
"""

import inspect
import json

import attrs
import pytest

from mizzen import (
    OFF,
    Address,
    App,
    Autoscale,
    CertManager,
    Defaults,
    Dockerfile,
    Environment,
    FromConfig,
    Gateway,
    Image,
    Ingress,
    Internet,
    Isolation,
    LoadBalancer,
    Manifest,
    NodePort,
    Route,
    Service,
    Stack,
    TlsSecret,
    compile_app,
    load_project,
)
from mizzen.checks import CHECKS, Severity, check


DIGEST = "sha256:" + "5eed" * 16


@pytest.fixture(name="found")
def _found(shop, dev, stack):
    """
    The findings of one check, as they are printed.
    """

    def found(name, manifests, app=shop, environment=dev, stack=stack):
        return [
            str(finding)
            for finding in check(app, environment, stack, manifests)
            if finding.id == name
        ]

    return found


def copied(manifests):
    """
    The same objects, of which none shares anything with another.
    """
    return attrs.evolve(
        manifests,
        objects=[
            attrs.evolve(manifest, body=json.loads(json.dumps(manifest.body)))
            for manifest in manifests
        ],
    )


@pytest.fixture(name="made")
def _made(desired, shop):
    """
    The objects of the shop, for tests to break.
    """
    return copied(desired(shop))


@pytest.fixture(name="twice")
def _twice(desired, shop):
    """
    The same with two replicas of each.
    """
    several = Environment("dev", defaults=Defaults(replicas=2))
    return copied(desired(shop, environment=several))


def spec(manifests, kind, name):
    """
    The ``spec`` of an object.
    """
    return manifests.get(kind, name)["spec"]


def pod(manifests, kind, name):
    """
    The ``spec`` of the pods of an object.
    """
    return spec(manifests, kind, name)["template"]["spec"]


def container(manifests, kind, name):
    """
    The first container of the pods of an object.
    """
    return pod(manifests, kind, name)["containers"][0]


def with_raw(manifests, *bodies, part=None):
    """
    The objects and more of them, as patches and raw manifests make them.
    """
    more = tuple(Manifest(part, body["kind"].lower(), body) for body in bodies)
    return attrs.evolve(manifests, objects=(*manifests.objects, *more))


def raw(kind, name, spec, **metadata):
    """
    An object that somebody has written by hand.
    """
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop-dev", **metadata},
        "spec": spec,
    }


class TestCheck:
    def test_ids(self):
        """
        Names of checks are unique, and the worst come first.
        """
        ids = [each.id for each in CHECKS]
        severities = [each.severity for each in CHECKS]

        assert len(ids) == len(set(ids))
        assert severities == sorted(severities, key=list(Severity).index)

    def test_documented(self, root):
        """
        The documentation lists all checks, in the words of the code.
        """
        rows = [
            f"| `{each.id}` | {each.severity.value} | "
            f"{' '.join(str(inspect.getdoc(each.find)).split())} |"
            for each in CHECKS
        ]
        text = (root / "docs" / "checks.md").read_text()

        assert "\n".join(rows) in text

    @pytest.mark.parametrize("name", ["dev", "prod"])
    def test_example(self, root, name):
        """
        Nothing worse than a hint is found in the example app.
        """
        project = load_project(root)
        stack = project.stack(name)
        environment = project.environment(stack)
        manifests = compile_app(project.app(), environment, stack)
        findings = check(project.app(), environment, stack, manifests)

        assert {"info"} == {f.severity.value for f in findings}

    def test_finding(self, shop, dev, stack, made):
        """
        A finding tells what it is about in fields of its own, too.
        """
        del container(made, "Deployment", "api")["resources"]
        (finding,) = (
            finding
            for finding in check(shop, dev, stack, made)
            if finding.id == "memory-limit"
        )

        assert (Severity.WARNING, "api", "Deployment 'api'") == (
            finding.severity,
            finding.part,
            finding.subject,
        )

    def test_of_the_app(self, made, found):
        """
        What belongs to no part is changed where it is written.
        """
        body = raw(
            "Pod", "tool", {"containers": [{"name": "t", "image": "x"}]}
        )

        assert [
            (
                "Pod 'tool': container 't' has no memory limit (memory-limit). "
                "Set memory on Pod 'tool'."
            )
        ] == found("memory-limit", with_raw(made, body))


class TestTargetPort:
    def test_name(self, made, found):
        """
        A Service may not lead to a port that nothing declares.
        """
        port = spec(made, "Service", "api")["ports"][0]
        port["targetPort"] = "grpc"

        assert [
            (
                "Service 'api': its target port 'grpc' (TCP) is declared by no "
                "container of Deployment 'api' (target-port). Declare the port, "
                "or lead Service 'api' to one that is."
            )
        ] == found("target-port", made)

    @pytest.mark.parametrize("target", ["http", 8000])
    def test_declared(self, made, found, target):
        """
        Names and numbers of declared ports will do.
        """
        spec(made, "Service", "api")["ports"][0]["targetPort"] = target

        assert [] == found("target-port", made)

    def test_default(self, made, found):
        """
        Without target port it is the Service's own that has to be declared.
        """
        port = spec(made, "Service", "api")["ports"][0]
        del port["targetPort"]
        port["port"] = 80

        assert "its target port 80 (TCP)" in found("target-port", made)[0]

    def test_protocol(self, made, found):
        """
        The same number over another protocol is another port.
        """
        spec(made, "Service", "api")["ports"][0]["protocol"] = "UDP"

        assert "'http' (UDP)" in found("target-port", made)[0]

    def test_nameless(self, made, found):
        """
        Ports need no name to be declared.
        """
        del container(made, "Deployment", "api")["ports"][0]["name"]
        spec(made, "Service", "api")["ports"][0]["targetPort"] = 8000

        assert [] == found("target-port", made)

    def test_without_selector(self, made, found):
        """
        Services whose endpoints are given by hand are not judged.
        """
        del spec(made, "Service", "api")["selector"]
        spec(made, "Service", "api")["ports"][0]["targetPort"] = 1

        assert [] == found("target-port", made)


class TestServiceWithoutPods:
    def test_miss(self, made, found):
        """
        A selector that misses its pods is found.
        """
        spec(made, "Service", "api")["selector"] = {"app": "api"}

        assert [
            (
                "Service 'api': its selector finds no pods "
                "(service-without-pods). Give it the labels of the pods that it "
                "leads to."
            )
        ] == found("service-without-pods", made)

    def test_mix(self, made, found):
        """
        All labels have to be on the same pod.
        """
        selector = spec(made, "Service", "api")["selector"]
        selector["app.kubernetes.io/component"] = "worker"

        assert 1 == len(found("service-without-pods", made))

    def test_namespace(self, made, found):
        """
        Pods of another namespace are out of reach.
        """
        made.get("Service", "api")["metadata"]["namespace"] = "other"

        assert 1 == len(found("service-without-pods", made))

    def test_fine(self, made, found):
        """
        The selectors that mizzen makes find their pods.
        """
        assert [] == found("service-without-pods", made)


@pytest.fixture(name="public")
def _public(shop):
    return Environment("dev", exposure=Ingress(tls=CertManager()))


@pytest.fixture(name="routed")
def _routed(desired, shop, public):
    """
    The shop behind an Ingress.
    """
    stack = Stack("dev", environment="dev", hosts=["a.example"], issuer="le")
    return desired(shop, environment=public, stack=stack)


class TestIngressPort:
    def test_unknown(self, routed, found):
        """
        An Ingress may not lead to a port that its Service does not have.
        """
        paths = spec(routed, "Ingress", "shop")["rules"][0]["http"]["paths"]
        paths[0]["backend"]["service"]["port"] = {"number": 81}

        assert [
            (
                "Ingress 'shop': it leads to port 81 of Service 'web', which has "
                "no such port (ingress-port). Lead it to one of the Service's "
                "ports."
            )
        ] == found("ingress-port", routed)

    @pytest.mark.parametrize("port", [{"name": "http"}, {"number": 8080}])
    def test_known(self, routed, found, port):
        """
        Ports are known by name and by number.
        """
        paths = spec(routed, "Ingress", "shop")["rules"][0]["http"]["paths"]
        paths[0]["backend"]["service"]["port"] = port

        assert [] == found("ingress-port", routed)

    def test_nameless(self, routed, found):
        """
        A Service's only port needs no name.
        """
        del spec(routed, "Service", "web")["ports"][0]["name"]

        assert "port 'http'" in found("ingress-port", routed)[0]

    @pytest.mark.parametrize(
        "backend",
        [
            {"service": {"name": "elsewhere", "port": {"number": 80}}},
            {"resource": {"kind": "Bucket", "name": "files"}},
        ],
    )
    def test_foreign(self, routed, found, backend):
        """
        What the app does not have cannot be judged.
        """
        spec(routed, "Ingress", "shop")["defaultBackend"] = backend

        assert [] == found("ingress-port", routed)

    @pytest.mark.parametrize(
        ("reference", "count"),
        [
            ({"name": "web", "port": 81}, 1),
            ({"name": "web", "port": 8080}, 0),
            ({"name": "web", "port": 81, "kind": "Bucket"}, 0),
        ],
        ids=str,
    )
    def test_gateway(self, made, found, reference, count):
        """
        Routes of the Gateway API are judged like an Ingress.
        """
        rules = {"rules": [{"backendRefs": [reference]}]}
        made = with_raw(made, raw("HTTPRoute", "shop", rules))

        assert count == len(found("ingress-port", made))


class TestIngressTls:
    def test_none(self, desired, shop, found):
        """
        An Ingress without encryption is found, and the remedy is one line.
        """
        plain = Environment("dev", exposure=Ingress())
        stack = Stack("dev", environment="dev", hosts=["a.example", "b.io"])

        assert [
            (
                "Ingress 'shop': it answers under 'a.example', 'b.io' without "
                "encryption (ingress-tls). Set tls in the environment, like "
                "Ingress(tls=CertManager())."
            )
        ] == found(
            "ingress-tls", desired(shop, environment=plain, stack=stack)
        )

    @pytest.mark.parametrize(
        ("covered", "host", "bare"),
        [
            ("a.example", "a.example", False),
            ("*.example", "a.example", False),
            ("*.example", "a.b.example", True),
            ("b.example", "a.example", True),
        ],
    )
    def test_hosts(self, routed, found, covered, host, bare):
        """
        A certificate covers a name or all names one level below.
        """
        ingress = spec(routed, "Ingress", "shop")
        ingress["tls"][0]["hosts"] = [covered]
        ingress["rules"][0]["host"] = host

        assert bare is bool(found("ingress-tls", routed))

    def test_any_host(self, routed, found):
        """
        Without a host, an Ingress answers under all names.
        """
        del spec(routed, "Ingress", "shop")["rules"][0]["host"]

        assert "under '*' without" in found("ingress-tls", routed)[0]


class TestSelectorsOverlap:
    def test_parts(self, made, found):
        """
        Two Deployments may not claim the same pods.
        """
        labels = {"app.kubernetes.io/part-of": "shop"}
        spec(made, "Deployment", "worker")["selector"]["matchLabels"] = labels

        assert [
            (
                "Deployment 'worker': its selector finds the pods of Deployment "
                f"'web', Deployment 'api', Job {made.of('migrate')[2].name!r}, "
                f"StatefulSet 'db', Job {made.of('db')[-1].name!r}, "
                f"StatefulSet 'cache', Job {made.of('cache')[-1].name!r} too "
                "(selectors-overlap). Give the pods different labels."
            )
        ] == found("selectors-overlap", made)

    def test_service(self, made, found):
        """
        A Service may not send requests to pods of another part.
        """
        labels = {"app.kubernetes.io/component": "service"}
        spec(made, "Service", "api")["selector"] = labels

        assert [
            (
                "Service 'api': its selector finds the pods of Deployment 'web' "
                "too (selectors-overlap). Give the pods different labels."
            )
        ] == found("selectors-overlap", made)

    @pytest.mark.parametrize(
        ("expression", "hit"),
        [
            ({"operator": "In", "values": ["api", "web"]}, True),
            ({"operator": "In", "values": ["api"]}, False),
            ({"operator": "NotIn", "values": ["web"]}, True),
            ({"operator": "NotIn", "values": ["api", "web"]}, True),
            ({"operator": "Exists"}, True),
            ({"operator": "DoesNotExist"}, False),
        ],
    )
    def test_expressions(self, made, found, expression, hit):
        """
        Expressions of a selector mean what they mean in Kubernetes.
        """
        spec(made, "Deployment", "api")["selector"] = {
            "matchExpressions": [
                {"key": "app.kubernetes.io/name", **expression}
            ]
        }

        assert hit is bool(found("selectors-overlap", made))


class TestNetworkOpen:
    @pytest.mark.parametrize(
        "rule",
        [
            {},
            {"from": []},
            {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
            {"from": [{"namespaceSelector": {}}]},
            {"from": [{"namespaceSelector": {}, "podSelector": {}}]},
        ],
    )
    def test_incoming(self, made, found, rule):
        """
        A rule without peers and ports opens all.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [
            (
                "NetworkPolicy 'db': it allows all that comes in "
                "(network-open). Name the peers or the ports."
            )
        ] == found("network-open", made)

    def test_outgoing(self, made, found):
        """
        So does one for the other direction.
        """
        spec(made, "NetworkPolicy", "db")["egress"] = [{}]

        assert "allows all that goes out" in found("network-open", made)[0]

    @pytest.mark.parametrize(
        "rule",
        [
            {"ports": [{"port": 80}]},
            {"from": [{"podSelector": {}}]},
            {
                "from": [
                    {
                        "namespaceSelector": {},
                        "podSelector": {"matchLabels": {"a": "b"}},
                    }
                ]
            },
            {
                "from": [
                    {
                        "ipBlock": {
                            "cidr": "0.0.0.0/0",
                            "except": ["10.0.0.0/8"],
                        }
                    }
                ]
            },
        ],
    )
    def test_narrow(self, made, found, rule):
        """
        Peers or ports narrow it.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [] == found("network-open", made)

    def test_without_rules(self, made, found):
        """
        A policy without rules allows nothing.
        """
        made = with_raw(made, raw("NetworkPolicy", "no", {"podSelector": {}}))

        assert [] == found("network-open", made)


class TestReach:
    @pytest.mark.parametrize(
        ("reaches", "isolation", "expected"),
        [
            (
                [
                    Address("api.example.com", 443),
                    Address("b.example.com", 25),
                ],
                Isolation.FULL,
                [
                    (
                        "NetworkPolicy 'beat': it opens the ports of "
                        "api.example.com:443, b.example.com:25 to all addresses, "
                        "because policies know no names (egress-by-name). Say "
                        "where the names lead, like Address('api.example.com', "
                        "443, cidrs=['192.0.2.0/24']) or External(…, "
                        "cidrs=['192.0.2.0/24'])."
                    )
                ],
            ),
            ([Address("api.example.com", 443)], Isolation.INGRESS, []),
            ([Address("10.0.0.0/8", 443), Internet()], Isolation.FULL, []),
            (
                [Address("a.example.com", 443, cidrs=["192.0.2.0/24"])],
                Isolation.FULL,
                [],
            ),
        ],
    )
    def test_names(  # noqa: PLR0917 - three of them are fixtures
        self, beat, desired, found, reaches, isolation, expected
    ):
        """
        Host names are wide where policies hold what goes out.
        """
        beat = attrs.evolve(beat, reaches=reaches)
        app = App("shop", edition="2026", parts=[beat])
        environment = Environment("dev", isolation=isolation)
        made = desired(app, environment=environment)

        assert expected == found("egress-by-name", made, app, environment)

    @pytest.mark.parametrize(
        ("tls", "expected"),
        [
            (
                OFF,
                [
                    (
                        "Gateway 'shop': it answers under 'a.example.com' "
                        "without encryption (gateway-tls). Set tls in the "
                        "environment, like Gateway(tls=CertManager())."
                    )
                ],
            ),
            (TlsSecret("wildcard"), []),
        ],
    )
    def test_gateway(self, shop, desired, found, tls, expected):
        """
        Each host of a Gateway wants a certificate.
        """
        environment = Environment("dev", exposure=Gateway(tls=tls))
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            gateway_class="istio",
        )
        made = desired(shop, environment=environment, stack=stack)

        assert expected == found("gateway-tls", made)

    def test_cluster_wide(self, shop, desired, found):
        """
        A controller that nobody knows opens exposed parts to all pods.
        """
        environment = Environment("dev", exposure=Ingress())
        stack = Stack("dev", environment="dev", hosts=["a.example.com"])
        made = desired(shop, environment=environment, stack=stack)

        assert [
            f"NetworkPolicy {name!r}: it lets all pods of the cluster in, "
            "because nobody says where the ingress controller runs "
            "(cluster-wide). Set ingressClass or ingressNamespace in the file "
            "of stack 'dev'."
            for name in ("web", "api")
        ] == found("cluster-wide", made)


class TestNotIsolated:
    def test_off(self, desired, web, found):
        """
        Without isolation, everybody reaches everything.
        """
        wide = Environment("dev", isolation=OFF)
        app = App(
            "shop",
            edition="2026",
            parts=[attrs.evolve(web, uses=[])],
        )

        assert [
            (
                "Deployment 'web': no NetworkPolicy says who may connect to its "
                "pods (not-isolated). Set isolation in the environment, like "
                "isolation=Isolation.FULL."
            )
        ] == found("not-isolated", desired(app, environment=wide), app)

    def test_all(self, desired, shop, found):
        """
        A policy with an empty selector is about all pods.
        """
        made = desired(shop, environment=Environment("dev", isolation=OFF))
        policy = raw("NetworkPolicy", "all", {"policyTypes": ["Ingress"]})

        assert [] == found("not-isolated", with_raw(made, policy))


class TestNodePort:
    @pytest.mark.parametrize(
        ("number", "words"),
        [(30080, "port 30080"), (None, "a port")],
    )
    def test_open(self, desired, web, found, number, words):
        """
        NodePorts are worth knowing of.
        """
        near = Environment("dev", exposure=NodePort({web: number}))
        shop = App("shop", edition="2026", parts=[attrs.evolve(web, uses=[])])

        assert [
            (
                f"Service 'web': it opens {words} on every node of the cluster "
                "(node-port). Keep it to clusters that strangers cannot reach, "
                "or set exposure=Ingress(…) in the environment."
            )
        ] == found("node-port", desired(shop, environment=near))

    def test_closed(self, made, found):
        """
        Other Services open none.
        """
        assert [] == found("node-port", made)


class TestDrainBlocked:
    @pytest.mark.parametrize(
        "rule",
        [
            {"minAvailable": 2},
            {"minAvailable": "51%"},
            {"maxUnavailable": 0},
            {"maxUnavailable": "0%"},
        ],
    )
    def test_blocked(self, twice, found, rule):
        """
        A budget that spares no pod blocks every drain; percentages are
        rounded up as Kubernetes does.
        """
        budget = spec(twice, "PodDisruptionBudget", "api")
        del budget["maxUnavailable"]
        budget.update(rule)

        assert [
            (
                "PodDisruptionBudget 'api': none of its 2 pods may be evicted, "
                "so that no node that runs one can be drained (drain-blocked). "
                "Allow for one pod that is away, like maxUnavailable: 1."
            )
        ] == found("drain-blocked", twice)

    @pytest.mark.parametrize(
        "rule",
        [
            {"minAvailable": 1},
            {"minAvailable": "50%"},
            {"maxUnavailable": 1},
            {"maxUnavailable": "1%"},
            {},
        ],
    )
    def test_free(self, twice, found, rule):
        """
        A budget that spares one blocks none.
        """
        budget = spec(twice, "PodDisruptionBudget", "api")
        del budget["maxUnavailable"]
        budget.update(rule)

        assert [] == found("drain-blocked", twice)

    def test_autoscaler(self, desired, worker, found):
        """
        With an autoscaler, its fewest pods count.
        """
        scaled = attrs.evolve(worker, uses=[], scale=Autoscale(2, 9, cpu=70))
        app = App("shop", edition="2026", parts=[scaled])
        made = desired(app)
        budget = spec(made, "PodDisruptionBudget", "worker")
        budget.update(minAvailable=2)
        blocked = found("drain-blocked", made, app)
        del spec(made, "HorizontalPodAutoscaler", "worker")["minReplicas"]

        assert "none of its 2 pods" in blocked[0]
        assert "none of its 1 pods" in found("drain-blocked", made, app)[0]

    def test_nothing_there(self, twice, found):
        """
        A budget of no pods blocks nothing.
        """
        spec(twice, "Deployment", "api")["replicas"] = 0
        budget = spec(twice, "PodDisruptionBudget", "api")
        budget["maxUnavailable"] = 0

        assert [] == found("drain-blocked", twice)


class TestProbePort:
    @pytest.mark.parametrize("port", ["grpc", 9000])
    def test_unknown(self, made, found, port):
        """
        A probe may not ask where nothing is said to listen.
        """
        probe = container(made, "Deployment", "api")["readinessProbe"]
        probe["httpGet"]["port"] = port

        assert [
            (
                "Deployment 'api': readinessProbe of container 'api' asks at "
                f"port {port!r}, which no container declares (probe-port). "
                "Declare the port in Service 'api', or ask at one that is."
            )
        ] == found("probe-port", made)

    def test_sidecar(self, made, found):
        """
        A number may be another container's port, a name may not: this is
        how Kubernetes looks for them.
        """
        sidecar = {
            "name": "proxy",
            "image": "proxy:1",
            "ports": [{"containerPort": 9000, "name": "proxy"}],
        }
        pod(made, "Deployment", "api")["containers"].append(sidecar)
        probe = container(made, "Deployment", "api")["readinessProbe"]
        probe["httpGet"]["port"] = 9000
        by_number = found("probe-port", made)
        probe["httpGet"]["port"] = "proxy"

        assert [] == by_number
        assert 1 == len(found("probe-port", made))


class TestSharedDisk:
    def test_replicas(self, made, found):
        """
        Replicas may not share a disk that one node alone can mount.
        """
        deployment = spec(made, "Deployment", "worker")
        deployment["replicas"] = 3
        pod(made, "Deployment", "worker")["volumes"].append(
            {"name": "data", "persistentVolumeClaim": {"claimName": "db"}}
        )

        assert [
            (
                "Deployment 'worker': up to 3 replicas mount disk 'db', which "
                "one node alone can mount (shared-disk). Set replicas=1 on "
                "Worker 'worker', or give the disk access mode ReadWriteMany."
            )
        ] == found("shared-disk", made)

    @pytest.mark.parametrize(
        ("modes", "claim"),
        [(["ReadWriteOnce", "ReadWriteMany"], "db"), ([], "elsewhere")],
    )
    def test_many(self, twice, found, modes, claim):
        """
        Disks that many nodes can mount may be shared, and those of others
        cannot be judged.
        """
        spec(twice, "PersistentVolumeClaim", "db")["accessModes"] = modes
        pod(twice, "Deployment", "worker")["volumes"] += [
            {"name": "data", "persistentVolumeClaim": {"claimName": claim}}
        ]

        assert [] == found("shared-disk", twice)


class TestLiteralSecret:
    @pytest.mark.parametrize(
        "name",
        [
            "DB_PASSWORD",
            "password",
            "API_KEY",
            "SECRET_KEY_BASE",
            "AUTH_TOKEN",
            "APIKEY",
        ],
    )
    def test_names(self, made, found, name):
        """
        Names of secrets with text as their value are found, and the value
        does not show.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": name, "value": "hunter2"}
        ]

        assert [
            (
                f"Deployment 'api': environment variable {name} holds what looks "
                "like a secret, for all to read (literal-secret). Set env "
                f"{name} on Service 'api' to FromConfig(…, secret=True)."
            )
        ] == found("literal-secret", made)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("POSTGRES_PASSWORD_FILE", "/run/secrets/password"),
            ("TOKEN_TTL", "3600"),
            ("PUBLIC_KEY", "ssh-ed25519 AAAA"),
            ("KEYBOARD", "de"),
            ("KEY_COLUMN", "id"),
            ("DB_PASSWORD", ""),
            ("DB_URL", "postgresql://db:5432/app"),
            ("NOTE", "see https://example.com/a:b@c"),
        ],
    )
    def test_harmless(self, made, found, name, value):
        """
        Names that only resemble those of secrets are left alone.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": name, "value": value}
        ]

        assert [] == found("literal-secret", made)

    def test_url(self, made, found):
        """
        A password within an address is one.
        """
        container(made, "Deployment", "api")["env"] = [
            {"name": "STORE", "value": "redis://:hunter2@cache:6379"}
        ]

        assert "variable STORE holds" in found("literal-secret", made)[0]

    def test_reference(self, made, found):
        """
        What the containers of the shop get from stores is no text.
        """
        names = [
            v["name"] for v in container(made, "Deployment", "api")["env"]
        ]

        assert "DB_PASSWORD" in names
        assert [] == found("literal-secret", made)

    @pytest.mark.parametrize("secret", [True, False])
    def test_later(self, desired, worker, found, secret):
        """
        A later value has to be declared secret.
        """
        value = FromConfig("token", secret=secret)
        part = attrs.evolve(worker, uses=[], env={"TOKEN": value})
        app = App("shop", edition="2026", parts=[part])

        assert secret is not bool(found("literal-secret", desired(app), app))


class TestUnprotectedDisk:
    def test_public(self, routed, public, found):
        """
        An app with public addresses should keep its data.
        """
        findings = found("unprotected-disk", routed, environment=public)

        assert [
            (
                "PersistentVolumeClaim 'db': it is deleted with the stack, "
                "though Ingress 'shop' makes the app public (unprotected-disk). "
                "Set protect=True on environment 'dev'."
            ),
            "PersistentVolumeClaim 'cache'",
        ] == [findings[0], findings[1].partition(":")[0]]

    def test_protected(self, routed, public, found):
        """
        Protected disks are fine.
        """
        safe = public.derive("safe", protect=True)

        assert [] == found("unprotected-disk", routed, environment=safe)

    def test_private(self, made, found):
        """
        So are those of an app that nobody reaches.
        """
        assert [] == found("unprotected-disk", made)


class TestHealth:
    def test_public(self, routed, found):
        """
        Public parts need a health that asks more than a connection.
        """
        assert [
            (
                "Deployment 'web': the world outside reaches it, but nothing "
                "asks whether it can take requests (public-health). Set health "
                "on Service 'web', like health='/healthz'."
            )
        ] == found("public-health", routed)

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_exposed(self, desired, shop, web, found, exposure):
        """
        Ports of nodes and load balancers make a part public, too.
        """
        wide = Environment("dev", exposure=exposure([web]))

        assert 1 == len(
            found("public-health", desired(shop, environment=wide))
        )

    def test_private(self, made, found):
        """
        Private parts do without.
        """
        assert [] == found("public-health", made)

    def test_worker(self, made, found):
        """
        A worker without health may hang for ever.
        """
        assert [
            (
                "Deployment 'worker': nothing notices when it hangs "
                "(worker-health). Set health on Worker 'worker' to a command "
                "that succeeds while it works."
            )
        ] == found("worker-health", made)

    def test_healthy_worker(self, desired, worker, found):
        """
        One with health does not.
        """
        part = attrs.evolve(worker, uses=[], health=["true"])
        app = App("shop", edition="2026", parts=[part])

        assert [] == found("worker-health", desired(app), app)

    def test_same(self, made, found):
        """
        Liveness that asks what readiness asks restarts what is busy.
        """
        asked = container(made, "Deployment", "api")
        asked["livenessProbe"] = asked["readinessProbe"]

        assert [
            (
                "Deployment 'api': readiness and liveness of container 'api' ask "
                "the same, so that it is restarted when it is merely busy "
                "(same-probe). Set another health on Service 'api', like a path."
            )
        ] == [f for f in found("same-probe", made) if "'api'" in f]


class TestMemoryLimit:
    def test_start(self, made, found):
        """
        Containers for the start need a limit as well.
        """
        pod(made, "Deployment", "api")["initContainers"] = [
            {"name": "wait", "image": "busybox:1"}
        ]

        assert [
            (
                "Deployment 'api': container 'wait' has no memory limit "
                "(memory-limit). Set memory on Service 'api'."
            )
        ] == found("memory-limit", made)

    @pytest.mark.parametrize("key", ["template", "jobTemplate"])
    def test_raw(self, made, found, key):
        """
        Raw Jobs and CronJobs are judged, and what has other templates is
        not.
        """
        template = {"spec": {"containers": [{"name": "c", "image": "x"}]}}
        inner = {"template": template}
        outer = inner if key == "template" else {key: {"spec": inner}}
        kind = "Job" if key == "template" else "CronJob"
        more = with_raw(
            made,
            raw(kind, "clean", outer),
            raw("Secret", "key", None),
            raw("Certificate", "tls", {"template": {"spec": {}}}),
            raw("Report", "text", {"template": "hello"}),
        )

        assert [f"{kind} 'clean'"] == [
            f.partition(":")[0] for f in found("memory-limit", more)
        ]


class TestImages:
    @pytest.mark.parametrize(
        ("image", "vague"),
        [
            ("acme/api:latest", True),
            (f"acme/api:latest@{DIGEST}", True),
            ("host:5000/acme/api", True),
            (f"acme/api@{DIGEST}", False),
            ("host:5000/acme/api:v5", False),
        ],
    )
    def test_latest(self, made, found, image, vague):
        """
        ``latest``, which is also what no tag means, says nothing, not even
        beside a digest.
        """
        container(made, "Deployment", "api")["image"] = image
        expected = [
            (
                f"Deployment 'api': image {image!r} of container 'api' does not "
                "tell which version runs (image-latest). Give the image of "
                "Service 'api' the tag of a version."
            )
        ]

        assert expected * vague == found("image-latest", made)

    def test_digest(self, desired, db, found):
        """
        Prebuilt images are better pinned by a digest.
        """
        app = App("shop", edition="2026", parts=[db])
        pinned = attrs.evolve(db, image=Image(f"postgres:17@{DIGEST}"))
        safe = App("shop", edition="2026", parts=[pinned])

        made = desired(app)
        _, job = (m for m in made.of("db") if m.kind in {"StatefulSet", "Job"})

        assert [
            (
                f"{what}: image 'postgres:17' of container {container!r} is "
                "pinned by a tag, which its publisher can move (image-digest). "
                "Give the image of Postgres 'db' a digest, like "
                "Image('postgres:17@sha256:…')."
            )
            for what, container in (
                ("StatefulSet 'db'", "db"),
                (f"Job {job.name!r}", "errand"),
            )
        ] == found("image-digest", made, app)
        assert [] == found("image-digest", desired(safe), safe)


@pytest.fixture(name="built")
def _built(tmp_path, dev, found):
    """
    The findings of a check about a service with a Dockerfile of its own.
    """

    def built(name, *lines, user=OFF, target=None):
        (tmp_path / "app").mkdir()
        text = "".join(f"{line}\n" for line in lines)
        (tmp_path / "app" / "Dockerfile").write_text(text)
        image = Dockerfile("app", target=target)
        part = Service("api", image=image, port=8000, user=user)
        app = App("shop", edition="2026", parts=[part])
        stack = Stack("dev", environment="dev", root=tmp_path)

        return found(name, compile_app(app, dev, stack), app, dev, stack)

    return built


class TestUser:
    def test_zero(self, made, found):
        """
        The user may not be root.
        """
        security = container(made, "Deployment", "api")["securityContext"]
        security["runAsUser"] = 0

        assert [
            (
                "Deployment 'api': container 'api' runs as root (runs-as-root). "
                "Set user on Service 'api', like user=10001."
            )
        ] == found("runs-as-root", made)

    def test_of_pod(self, made, found):
        """
        Nor may that of the pod, unless the container has its own.
        """
        template = pod(made, "Deployment", "api")
        template["securityContext"]["runAsUser"] = 0
        own = found("runs-as-root", made)
        del template["containers"][0]["securityContext"]

        assert [] == own
        assert 1 == len(found("runs-as-root", made))

    @pytest.mark.parametrize("user", ["root", "0", "0:0", "app", "app:app"])
    def test_of_image(self, built, user):
        """
        An image's user has to be a number, because Kubernetes cannot tell
        whether a name is root.
        """
        name = user.partition(":")[0]

        assert [
            (
                "Deployment 'api': container 'api' runs as the image's user "
                f"{name!r}, and Kubernetes starts only numbers other than 0 "
                "(runs-as-root). Set USER in the Dockerfile to a number, like "
                "USER 10001."
            )
        ] == built("runs-as-root", "FROM python:3.13", f"USER {user}")

    @pytest.mark.parametrize(
        "lines",
        [
            ["FROM python:3.13", "USER 10001"],
            ["FROM python:3.13", "ARG UID=7", "USER ${UID}"],
            ["FROM python:3.13 AS base", "USER 7", "FROM base"],
            ["FROM python:3.13"],
        ],
    )
    def test_number(self, built, lines):
        """
        Numbers are fine, so is a stage that hands one down, and what only
        the build knows is not judged.
        """
        assert [] == built("runs-as-root", *lines)

    def test_set(self, built):
        """
        Where the part sets a user, the image's does not matter.
        """
        assert [] == built(
            "runs-as-root", "FROM python:3.13", "USER root", user=10001
        )

    def test_none(self, built):
        """
        Without ``USER``, the base image decides.
        """
        assert [
            (
                "Deployment 'api': container 'api' runs as whatever user "
                "'python:3.13' has, because its Dockerfile sets none "
                "(image-user). Set USER in the Dockerfile to a number, like "
                "USER 10001."
            )
        ] == built("image-user", "FROM python:3.13 AS base", "FROM base")

    @pytest.mark.parametrize(
        ("user", "line"), [(10001, "RUN true"), (OFF, "USER 7")]
    )
    def test_decided(self, built, user, line):
        """
        Whoever decides, it is fine.
        """
        assert [] == built("image-user", "FROM python:3.13", line, user=user)

    def test_same_name(self, built):
        """
        A stage may have the name of the image that it starts from.
        """
        assert 1 == len(
            built("image-user", "FROM python AS python", target="python")
        )


class TestDockerfilePort:
    def test_other(self, built):
        """
        What the image exposes and what the part says have to agree.
        """
        assert [
            (
                "Deployment 'api': container 'api' is said to listen on 8000, "
                "but its Dockerfile exposes 53, 80, 81 (dockerfile-port). Set "
                "the ports of Service 'api' or EXPOSE so that they agree."
            )
        ] == built(
            "dockerfile-port", "FROM python:3.13", "EXPOSE 80-81 53/udp"
        )

    @pytest.mark.parametrize(
        "line", ["EXPOSE 8000", "EXPOSE 7999-8001/tcp", "EXPOSE $PORT", ""]
    )
    def test_agreed(self, built, line):
        """
        Ranges count, and what only the build knows does not.
        """
        assert [] == built("dockerfile-port", "FROM python:3.13", line)

    def test_protocol(self, built):
        """
        UDP is not TCP.
        """
        assert 1 == len(
            built("dockerfile-port", "FROM python:3.13", "EXPOSE 8000/udp")
        )


class TestScale:
    def test_many_parts(self, desired):
        """
        All checks together look at each pod a few times, however many
        there are.
        """
        looks = 0

        class Labels(dict[str, str]):
            def get(self, key: str, default: object = None) -> object:
                nonlocal looks
                looks += 1
                return super().get(key, default)

        parts = [
            Service(f"part-{n}", image=Image("acme/a:v5"), port=80)
            for n in range(100)
        ]
        app = App(
            "shop", edition="2026", parts=parts, routes=[Route("/", parts[0])]
        )
        made = desired(app)
        for part in parts:
            template = spec(made, "Deployment", part.name)["template"]
            labels = template["metadata"]["labels"]
            template["metadata"]["labels"] = Labels(labels)
        check(app, Environment("dev"), Stack("dev", environment="dev"), made)

        assert looks < 20 * len(parts)
