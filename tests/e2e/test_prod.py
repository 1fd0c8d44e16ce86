"""
The prod stack on the embedded cluster: with an ingress controller,
certificates and an autoscaler, under load, and while pods are taken away.
"""

import base64
import hashlib
import json
import re

import httpx
import pytest
import yaml

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from infra.local import ports

from .deployments import deployed, eventually
from .load import Target, loaded, posted
from .page import fibonacci, opened, value_of


HOST = "multi.example.com"
STACK = "e2e-prod"
STATELESS = ("client", "api", "worker")

# PROD itself but for three things: Pulumi may destroy it, the autoscaler does
# not take five minutes to calm down, and it leaves the machine some room.
ENVIRONMENT = """
from mizzen import Behaviour, Gateway, LoadBalancer, ScalingRules

EXPOSURE = PROD.exposure
E2E_PROD = PROD.derive(
    "e2e-prod",
    exposure=EXPOSURE,
    protect=False,
    overrides=[
        worker.override(
            scale=Autoscale(
                2,
                4,
                cpu=70,
                behaviour=Behaviour(
                    down=ScalingRules(stabilisation_seconds=15)
                ),
            )
        )
    ],
)
"""
PRIVILEGED = """
apiVersion: v1
kind: Pod
metadata: {name: intruder}
spec:
  containers:
    - name: intruder
      image: python:3.13-slim
      securityContext: {privileged: true}
"""


def _stack_file(root):
    """
    The file of prod for the embedded cluster: the same hosts and issuer, its
    own ingress controller, and no addresses of another cluster.
    """
    content = yaml.safe_load(
        (root / "stacks" / "Pulumi.prod.yaml").read_text()
    )
    config = content["config"] | {
        "multi:environment": STACK,
        "multi:ingressClass": "traefik",
        "multi:gatewayClass": "traefik",
    }
    for elsewhere in ("multi:context", "multi:registry", "multi:versions"):
        config.pop(elsewhere, None)

    return yaml.safe_dump({"config": config})


@pytest.fixture(name="prod", scope="module")
def _prod(cluster, root, tmp_path_factory):
    """
    The prod stack.
    """
    with deployed(
        root,
        tmp_path_factory.mktemp("clone"),
        STACK,
        environment=ENVIRONMENT,
        file=_stack_file(root),
    ) as found:
        yield found


@pytest.fixture(name="authority", scope="module")
def _authority(prod, tmp_path_factory):
    """
    A file with the certificate of the authority that the cluster's issuers
    sign with.
    """
    secret = prod.kubectl(
        "get", "secret/authority", "--namespace=cert-manager", "--output=json"
    )
    encoded = json.loads(secret)["data"]["tls.crt"]

    path = tmp_path_factory.mktemp("authority") / "authority.crt"
    path.write_bytes(base64.b64decode(encoded))

    return path


def _port(asked):
    """
    Where the ingress controller's port answers on this machine.
    """
    return ports.places()["traefik/traefik"][str(asked)]


@pytest.fixture(name="https", scope="module")
def _https(prod, authority):
    """
    The app's host over HTTPS, its certificate verified by the authority.
    """
    target = Target(
        url=f"https://{HOST}",
        place=f"127.0.0.1:{_port(443)}",
        authority=authority,
    )

    def answers():
        return target.ask("GET", "/api/values").is_success

    assert eventually(answers)

    return target


def _rolled_out(prod):
    for part in STATELESS:
        prod.kubectl(
            "rollout", "status", f"deployment/{part}", "--timeout=300s"
        )


def _evict(prod, pod):
    """
    Ask for the eviction of a pod; what the server says.
    """
    path = f"/api/v1/namespaces/{prod.namespace}/pods/{pod}/eviction"
    content = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": prod.namespace},
    }

    return prod.kubectl(
        "create",
        "--raw",
        path,
        "--filename=-",
        given=json.dumps(content),
        check=False,
    )


@pytest.fixture(name="constant", scope="session")
def _constant(request):
    """
    The load under which nothing may be lost.
    """
    return {
        "rate": request.config.getoption("--rate"),
        "seconds": request.config.getoption("--seconds"),
    }


class TestExposure:
    def test_certificate(self, https):
        """
        The page is served over HTTPS with a certificate for the host, by
        the authority of the issuer that the stack names.
        """
        page = https.ask("GET", "/")

        assert httpx.codes.OK == page.status_code
        assert page.headers["Content-Type"].startswith("text/html")

    def test_redirect(self):
        """
        HTTP is redirected to HTTPS, path and all.
        """
        plain = Target(url=f"http://{HOST}", place=f"127.0.0.1:{_port(80)}")
        answer = plain.ask("GET", "/some/path")

        assert answer.status_code in {301, 308}
        assert f"https://{HOST}/some/path" == answer.headers["Location"]

    def test_api(self, https):
        """
        Paths below /api lead to the API, which refuses what is no index.
        """
        answer = https.ask("POST", "/api/values", json={"index": "abc"})

        assert httpx.codes.UNPROCESSABLE_ENTITY == answer.status_code
        assert "whole number" in answer.json()["detail"]

    def test_other_host(self):
        """
        Other hosts get nothing of the app.
        """
        plain = Target(url="http://other.test", place=f"127.0.0.1:{_port(80)}")

        assert httpx.codes.NOT_FOUND == plain.ask("GET", "/").status_code

    def test_address(self, prod):
        """
        The Ingress has an address published.
        """
        [ingress] = prod.objects("ingresses")

        assert ingress["status"]["loadBalancer"]["ingress"][0]["ip"]


class TestPage:
    def test_value(self, prod, authority, open_browser, tmp_path):
        """
        A browser that trusts the certificate, which the authority has
        signed, shows the value of an index over HTTPS.
        """
        secret = prod.kubectl("get", "secret/multi-tls", "--output=json")
        encoded = json.loads(secret)["data"]["tls.crt"]
        served = x509.load_pem_x509_certificate(base64.b64decode(encoded))
        signer = x509.load_pem_x509_certificate(authority.read_bytes())
        served.verify_directly_issued_by(signer)
        encoded = served.public_key().public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        trusted = base64.b64encode(hashlib.sha256(encoded).digest()).decode()
        with open_browser(
            "--no-proxy-server",
            f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={trusted}",
        ) as browser:
            page = opened(browser, f"https://{HOST}:{_port(443)}/")
            value = value_of(page, 100)
            page.save_screenshot(tmp_path / "page.png")

        assert fibonacci(100) == int(value)


class TestWorkloads:
    def test_replicas(self, prod):
        """
        Each stateless part runs in two replicas or more.
        """
        _rolled_out(prod)
        pods = prod.pods()

        assert all(len(pods[part]) >= 2 for part in STATELESS), pods

    def test_privileged(self, prod):
        """
        A privileged pod is refused.
        """
        answer = prod.kubectl(
            "create", "--filename=-", given=PRIVILEGED, check=False
        )

        assert 'violates PodSecurity "restricted' in answer
        assert "privileged" in answer

    @pytest.mark.parametrize("part", STATELESS)
    def test_disruption_budget(self, prod, part):
        """
        Of two evictions at once, the second one is refused until the part
        is whole again.
        """
        _rolled_out(prod)
        first, second, *_ = sorted(prod.pods()[part])
        allowed = _evict(prod, first)
        refused = _evict(prod, second)
        _rolled_out(prod)

        assert "Success" in allowed
        assert "would violate the pod's disruption budget" in refused


class TestAutoscaler:
    def test_scaling(self, prod, https, tmp_path):
        """
        Under load there are more workers, and without it as few as before.
        """

        def replicas():
            [scaler] = prod.objects("hpa")

            return scaler["status"]["currentReplicas"]

        assert eventually(lambda: replicas() == 2, seconds=240)

        with loaded(
            https,
            tmp_path,
            rate=50,
            requests=[posted(100_000 - number) for number in range(12_000)],
        ):
            grown = eventually(lambda: replicas() > 2, seconds=240)

        assert grown
        assert eventually(lambda: replicas() == 2, seconds=240)


def _evict_stateless(prod):
    """
    Evict every stateless pod, one after the other.
    """
    evicted = prod.pods()
    for part in STATELESS:
        for pod in evicted[part]:
            _rolled_out(prod)
            assert eventually(lambda pod=pod: "Success" in _evict(prod, pod))
    _rolled_out(prod)
    left = prod.pods()

    assert all(evicted[part].isdisjoint(left[part]) for part in STATELESS)


class TestNothingLost:
    def test_rolling_update(
        self, prod, https, constant, tmp_path, record_testsuite_property
    ):
        """
        A rolling update of all stateless parts under constant load loses no
        request.
        """
        before = prod.pods()
        prod.edit(
            "    overrides=[\n        worker.override(\n",
            "    defaults=Defaults(env={'ROLLED': 'yes'}),\n"
            "    overrides=[\n        worker.override(\n",
        )
        with loaded(https, tmp_path, **constant) as load:
            prod.up()
            _rolled_out(prod)
        after = prod.pods()
        record_testsuite_property("rolling update", dict(load.counts))

        assert {} == load.lost, load.counts
        assert load.sent >= constant["rate"] * constant["seconds"]
        for part in STATELESS:
            assert before[part].isdisjoint(after[part])

    def test_evictions(
        self, prod, https, constant, tmp_path, record_testsuite_property
    ):
        """
        The eviction of every stateless pod, one after the other, under
        constant load loses no request.
        """
        with loaded(https, tmp_path, **constant) as load:
            _evict_stateless(prod)
        record_testsuite_property("evictions", dict(load.counts))

        assert {} == load.lost, load.counts


class TestStores:
    @pytest.mark.parametrize("part", ["postgres", "redis"])
    def test_evicted(self, prod, https, tmp_path, part):
        """
        While a store is away the API says 503; once it is back, all that
        was accepted is there.
        """
        for index in range(1, 6):
            https.ask("POST", "/api/values", json={"index": index})

        # The load asks for fifty indexes, which then are the latest ones.
        def values(limit=500):
            found = https.ask("GET", f"/api/values?limit={limit}")
            return {
                each["index"]: each["value"]
                for each in (found.json() if found.is_success else ())
                if each.get("value")
            }

        def complete():
            found = values(limit=400)
            return found if found.keys() >= set(range(1, 6)) else None

        known = eventually(complete)
        [pod] = prod.pods()[part]
        with loaded(https, tmp_path, rate=20) as load:
            assert "Success" in _evict(prod, pod)
            back = eventually(
                lambda: (
                    values().items() >= known.items()
                    and len(prod.pods().get(part, ())) == 1
                    and prod.kubectl(
                        "wait",
                        f"pod/{pod}",
                        "--for=condition=Ready",
                        "--timeout=180s",
                    )
                )
            )

        assert back
        assert {"503"} == set(load.lost), load.counts


def _expose(prod, exposure, *acknowledged):
    """
    Expose the app by *exposure* from now on.
    """
    path = prod.folder / "infra" / "environments.py"
    text = path.read_text()
    path.write_text(
        re.sub(
            "^EXPOSURE = .*$",
            f"EXPOSURE = {exposure}",
            text,
            flags=re.MULTILINE,
        )
    )
    prod.acknowledge(*acknowledged)
    prod.up()


class TestGateway:
    def test_routes(self, prod, https):
        """
        By a Gateway of the app's own, the host's routes lead where those of
        the Ingress have led, HTTP is redirected, and no Ingress is left.
        """
        _expose(prod, "Gateway(tls=CertManager())")
        plain = Target(url=f"http://{HOST}", place=f"127.0.0.1:{_port(80)}")

        def answers():
            return https.ask("GET", "/api/values").is_success

        assert [] == prod.objects("ingresses")
        assert eventually(answers)
        assert "<title>" in https.ask("GET", "/").text
        assert plain.ask("GET", "/some/path").status_code in {301, 308}


class TestLoadBalancer:
    def test_nothing_lost(
        self, prod, constant, tmp_path, record_testsuite_property
    ):
        """
        Behind a load balancer of its own the app answers at its port, and
        neither a rolling update nor the eviction of every stateless pod
        under constant load loses a request.
        """
        _expose(
            prod,
            "LoadBalancer({client: 8081})",
            "client: reachable from address 0.0.0.0/0 (TCP 8080)",
            "client: reachable from address ::/0 (TCP 8080)",
            "client: reachable from the world outside (LoadBalancer 8081)",
        )
        target = Target(url="http://127.0.0.1:8081", kept=False)

        def answers():
            return target.ask("GET", "/api/values").is_success

        assert eventually(answers)

        with loaded(target, tmp_path, **constant) as load:
            prod.kubectl("rollout", "restart", "deployment")
            _rolled_out(prod)
            _evict_stateless(prod)
        record_testsuite_property("load balancer", dict(load.counts))

        assert {} == load.lost, load.counts
        assert load.sent >= constant["rate"] * constant["seconds"]
