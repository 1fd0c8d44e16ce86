"""
Pods and containers: what they hold and what they may.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Backup,
    Defaults,
    Environment,
    FromConfig,
    FromSecret,
    GrpcHealth,
    HttpHealth,
    Image,
    Port,
    Service,
    Stack,
    Use,
)


@pytest.fixture(name="pod")
def _pod(desired):
    """
    The specification of the pods of a part.
    """

    def pod(part, *others, **scope):
        (template,) = (
            manifest.body["spec"]["template"]
            for manifest in desired(part, *others, **scope).of(part)
            if "template" in manifest.body.get("spec", {})
        )
        return template["spec"]

    return pod


@pytest.fixture(name="container")
def _container(pod):
    """
    The one container of a part.
    """

    def container(part, *others, **scope):
        (found,) = pod(part, *others, **scope)["containers"]
        return found

    return container


class TestPod:
    def test_whole(self, web, pod):
        """
        Pods have an account of their own without a token, and no variables
        of other Services.
        """
        spec = pod(attrs.evolve(web, spread=OFF))
        del spec["containers"]

        assert {
            "serviceAccountName": "web",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 35,
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
                "fsGroup": 10001,
            },
            "volumes": [{"name": "writable", "emptyDir": {}}],
        } == spec

    def test_pull_secrets(self, desired, shop):
        """
        All pods pull their images by the stack's Secrets, those of stores
        and of what administrates them too.
        """
        backup = Backup("0 3 * * *", disk="1Gi")
        saved = shop.replace(shop["db"], backup=backup)
        stack = Stack("dev", environment="dev", pull_secrets=["a", "b"])
        pods = [
            body["spec"]["jobTemplate"]["spec"]["template"]["spec"]
            if body["kind"] == "CronJob"
            else body["spec"]["template"]["spec"]
            for manifest in desired(saved, stack=stack)
            for body in [manifest.body]
            if body["kind"] in ("Deployment", "StatefulSet", "Job", "CronJob")
        ]

        assert len(pods) > len(saved.parts)
        for spec in pods:
            assert [{"name": "a"}, {"name": "b"}] == spec["imagePullSecrets"]

    def test_account(self, web, desired):
        """
        The account of a part gives nobody a token.
        """
        account = desired(web).get("ServiceAccount", "web")

        assert account["automountServiceAccountToken"] is False

    def test_grace(self, web, beat, pod):
        """
        Only what gets requests has time on top for those still under way.
        """
        assert (
            25
            == pod(attrs.evolve(web, grace_seconds=20))[
                "terminationGracePeriodSeconds"
            ]
        )
        assert (
            20
            == pod(attrs.evolve(beat, grace_seconds=20))[
                "terminationGracePeriodSeconds"
            ]
        )

    def test_user_of_image(self, web, pod):
        """
        `OFF` keeps the image's own user, which still may not be root.
        """
        spec = pod(attrs.evolve(web, user=OFF))
        security = spec["containers"][0]["securityContext"]

        assert "fsGroup" not in spec["securityContext"]
        assert "runAsUser" not in security
        assert security["runAsNonRoot"] is True

    def test_nothing_writable(self, web, pod):
        """
        Without writable folders there are no volumes.
        """
        spec = pod(attrs.evolve(web, writable=()))

        assert "volumes" not in spec
        assert "volumeMounts" not in spec["containers"][0]

    def test_all_writable(self, web, pod):
        """
        Where all may be written, nothing is mounted but what is asked for
        beside it, and Pod Security is still passed.
        """
        spec = pod(attrs.evolve(web, writable=["/", "/tmp"]))
        container = spec["containers"][0]

        assert [{"name": "writable", "mountPath": "/tmp"}] == container[
            "volumeMounts"
        ]
        assert container["securityContext"]["readOnlyRootFilesystem"] is False
        assert container["securityContext"]["runAsNonRoot"] is True

    def test_writable(self, web, pod):
        """
        Each writable folder is a volume of its own.
        """
        spec = pod(attrs.evolve(web, writable=["/tmp", "/var/cache"]))

        assert [
            {"name": "writable", "emptyDir": {}},
            {"name": "writable-1", "emptyDir": {}},
        ] == spec["volumes"]
        assert [
            {"name": "writable", "mountPath": "/tmp"},
            {"name": "writable-1", "mountPath": "/var/cache"},
        ] == spec["containers"][0]["volumeMounts"]


class TestContainer:
    def test_whole(self, web, container):
        """
        A container is closed in all that it does not need.
        """
        probe = {"tcpSocket": {"port": "http"}}

        assert {
            "name": "web",
            "image": "acme/web:v5",
            "imagePullPolicy": "IfNotPresent",
            "ports": [
                {"name": "http", "containerPort": 8080, "protocol": "TCP"}
            ],
            "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
            "resources": {
                "requests": {
                    "cpu": "50m",
                    "memory": "128Mi",
                    "ephemeral-storage": "128Mi",
                },
                "limits": {"memory": "128Mi", "ephemeral-storage": "128Mi"},
            },
            "startupProbe": {
                **probe,
                "periodSeconds": 2,
                "timeoutSeconds": 3,
                "failureThreshold": 60,
            },
            "readinessProbe": {
                **probe,
                "periodSeconds": 5,
                "timeoutSeconds": 3,
                "failureThreshold": 3,
            },
            "livenessProbe": {
                **probe,
                "periodSeconds": 10,
                "timeoutSeconds": 3,
                "failureThreshold": 6,
            },
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
                "runAsNonRoot": True,
                "runAsUser": 10001,
                "runAsGroup": 10001,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "volumeMounts": [{"name": "writable", "mountPath": "/tmp"}],
        } == container(web)

    def test_worker(self, beat, container):
        """
        A worker has neither ports nor a pause before its end.
        """
        assert not {"ports", "lifecycle", "env"} & set(container(beat))

    def test_command(self, web, container):
        """
        Command and arguments mean what they mean in Kubernetes; an empty
        list is not the same as none.
        """
        found = container(attrs.evolve(web, command=["serve"], args=[]))

        assert ["serve"] == found["command"]
        assert [] == found["args"]

    def test_resources(self, web, container):
        """
        Memory is requested and limited alike, processor time has no limit.
        """
        environment = Environment(
            "dev", defaults=Defaults(ephemeral_storage="1Gi")
        )
        found = container(
            attrs.evolve(web, memory="1Gi", cpu="2"), environment=environment
        )

        assert {
            "requests": {
                "cpu": "2",
                "memory": "1Gi",
                "ephemeral-storage": "1Gi",
            },
            "limits": {"memory": "1Gi", "ephemeral-storage": "1Gi"},
        } == found["resources"]

    @pytest.mark.parametrize(
        ("reference", "version"),
        [
            ("acme/web:v5", "v5"),
            ("localhost:5000/web:v5", "v5"),
            (f"web@sha256:{'0123456789abcdef' * 4}", "0123456789ab"),
            (f"web:v5@sha256:{'0' * 64}", "v5"),
            (f"web:{'a' * 62}-b", "a" * 62),
            ("web:_v5_", "v5"),
        ],
    )
    def test_version_label(self, web, desired, reference, version):
        """
        The version label is the image's tag, cut to what labels may hold.
        """
        found = desired(attrs.evolve(web, image=Image(reference)))
        template = found.get("Deployment", "web")["spec"]["template"]

        assert (
            version
            == template["metadata"]["labels"]["app.kubernetes.io/version"]
        )


class TestProbes:
    @staticmethod
    def probes(container):
        """
        What each probe does.
        """
        return {
            name.removesuffix("Probe"): next(iter(container[name].items()))
            for name in container
            if name.endswith("Probe")
        }

    def test_path(self, web, container):
        """
        A path is asked for start-up and readiness; liveness is a connection.
        """
        found = container(attrs.evolve(web, health="/healthz"))
        asked = ("httpGet", {"path": "/healthz", "port": "http"})

        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": ("tcpSocket", {"port": "http"}),
        } == self.probes(found)

    @pytest.mark.parametrize(
        ("health", "asked"),
        [
            ("/up", ("httpGet", {"path": "/up", "port": "live"})),
            (HttpHealth("/up"), ("httpGet", {"path": "/up", "port": "live"})),
            (
                HttpHealth("/up", port="admin"),
                ("httpGet", {"path": "/up", "port": "admin"}),
            ),
            (GrpcHealth(), ("grpc", {"port": 9000})),
            (
                GrpcHealth("acme.Chat", port="more"),
                ("grpc", {"port": 9001, "service": "acme.Chat"}),
            ),
        ],
    )
    def test_spoken(self, container, health, asked):
        """
        Health is asked at the first port that speaks what is asked, or at
        the one that is named.
        """
        ports = [
            Port("dns", 5353, protocol="UDP"),
            Port("rpc", 9000, application="grpc"),
            Port("more", 9001, application="grpc"),
            Port("live", 9002, application="ws"),
            Port("admin", 9003),
        ]
        chat = Service(
            "chat", image=Image("acme/chat:v5"), ports=ports, health=health
        )

        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": ("tcpSocket", {"port": "rpc"}),
        } == self.probes(container(chat))

    def test_command(self, web, container):
        """
        A service may be asked by a command.
        """
        found = container(attrs.evolve(web, health=["ask", "me"]))
        asked = ("exec", {"command": ["ask", "me"]})

        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": ("tcpSocket", {"port": "http"}),
        } == self.probes(found)

    def test_worker(self, beat, container):
        """
        A worker's command is asked for start-up and liveness; nobody waits
        for its readiness.
        """
        found = container(attrs.evolve(beat, health=["ask"]))
        asked = ("exec", {"command": ["ask"]})

        assert {"startup": asked, "liveness": asked} == self.probes(found)

    def test_ready(self, web, beat, container):
        """
        Readiness may be asked by other words than life.
        """
        worker = attrs.evolve(beat, health=["ask"], ready=["ask", "now"])
        service = attrs.evolve(web, health="/alive", ready="/ready")

        assert ("exec", {"command": ["ask", "now"]}) == self.probes(
            container(worker)
        )["readiness"]
        assert (
            "httpGet",
            {"path": "/ready", "port": "http"},
        ) == self.probes(container(service))["readiness"]

    def test_never_ready(self, web, container):
        """
        `OFF` removes readiness alone.
        """
        found = self.probes(container(attrs.evolve(web, ready=OFF)))

        assert {"startup", "liveness"} == set(found)

    def test_silent_worker(self, beat, container):
        """
        A worker that says nothing about its health is not asked.
        """
        assert {} == self.probes(container(beat))

    def test_off(self, web, container):
        """
        `OFF` removes all probes.
        """
        assert {} == self.probes(container(attrs.evolve(web, health=OFF)))

    def test_first_tcp_port(self, container):
        """
        Connections go to the first port that speaks TCP.
        """
        ports = [
            Port("dns", 5353, protocol="UDP"),
            Port("dns-tcp", 5353, application="tcp"),
        ]
        dns = Service("dns", image=Image("acme/dns:v5"), ports=ports)

        assert ("tcpSocket", {"port": "dns-tcp"}) == self.probes(
            container(dns)
        )["readiness"]

    def test_no_tcp(self, container):
        """
        A service without TCP is asked by a command or not at all.
        """
        ports = [Port("dns", 5353, protocol="UDP")]
        dns = Service("dns", image=Image("acme/dns:v5"), ports=ports)
        asked = ("exec", {"command": ["ask"]})

        assert {} == self.probes(container(dns))
        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": asked,
        } == self.probes(container(attrs.evolve(dns, health=["ask"])))


class TestMounts:
    def test_files(self, web, desired, pod):
        """
        Plain files are mounted from a ConfigMap, secret ones from a Secret,
        each alone at its path.
        """
        web = attrs.evolve(
            web,
            files={
                "/etc/web/a.yaml": "a: 1\n",
                "/etc/web/key": FromConfig("key", secret=True),
            },
            writable=(),
        )
        spec = pod(web)
        plain, secret = (
            m for m in desired(web) if m.kind in {"ConfigMap", "Secret"}
        )
        (plain_key,), (secret_key,) = (
            plain.body["data"],
            secret.body["stringData"],
        )

        assert [
            {"name": "configmap", "configMap": {"name": plain.name}},
            {
                "name": "secret",
                "secret": {"secretName": secret.name, "defaultMode": 0o440},
            },
        ] == spec["volumes"]
        assert [
            {
                "name": "configmap",
                "mountPath": "/etc/web/a.yaml",
                "subPath": plain_key,
                "readOnly": True,
            },
            {
                "name": "secret",
                "mountPath": "/etc/web/key",
                "subPath": secret_key,
                "readOnly": True,
            },
        ] == spec["containers"][0]["volumeMounts"]

    def test_group(self, web, db, pod):
        """
        Secret files are read by the group of the pod, and by all in it
        where nobody knows the group of the image's own user.
        """
        given = attrs.evolve(
            web,
            uses=[Use(db, files="/run/secrets/db")],
            files={"/key": FromConfig("key", secret=True)},
            volumes={"/tls": FromSecret("tls")},
        )
        modes = {
            user: {
                volume["secret"]["defaultMode"]
                for volume in pod(attrs.evolve(given, user=user), db)[
                    "volumes"
                ]
                if "secret" in volume
            }
            for user in (20001, OFF)
        }

        assert {20001: {0o440}, OFF: {0o444}} == modes

    def test_use(self, web, db, desired, pod):
        """
        Settings of a store can be mounted as files that variables name.
        """
        web = attrs.evolve(
            web, uses=[Use(db, files="/run/secrets/db")], writable=()
        )
        spec = pod(web, db)
        (secret,) = (
            manifest.name
            for manifest in desired(web, db)
            if manifest.role == "credentials-web"
        )
        fields = ("host", "port", "database", "user", "password", "url")

        assert [
            {
                "name": "use-db",
                "secret": {
                    "secretName": secret,
                    "defaultMode": 0o440,
                    "items": [{"key": f, "path": f} for f in fields],
                },
            }
        ] == spec["volumes"]
        assert [
            {
                "name": "use-db",
                "mountPath": "/run/secrets/db",
                "readOnly": True,
            }
        ] == spec["containers"][0]["volumeMounts"]
        assert [f"DB_{field.upper()}_FILE" for field in fields] == [
            variable["name"] for variable in spec["containers"][0]["env"]
        ]
