"""
Pods and containers: what they hold and what they may.
"""

import attrs
import pytest

from tests.compiled import container_fixture, pod_fixture

from mizzen import (
    OFF,
    Backup,
    Defaults,
    Environment,
    FromConfig,
    FromSecret,
    Image,
    PullSecret,
    SpecError,
    Stack,
    Use,
)


__all__ = ["container_fixture", "pod_fixture"]


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

    def test_made_pull_secrets(self, web, desired):
        """
        A Secret of an encrypted value is made with the namespace.
        """
        value = FromConfig("registryAuth", secret=True)
        stack = Stack(
            "dev",
            environment="dev",
            pull_secrets=[PullSecret("registry", value)],
        )
        manifests = desired(web, stack=stack)
        kinds = [manifest.kind for manifest in manifests]
        secret = manifests.get("Secret", "registry")
        pod = manifests.get("Deployment", "web")["spec"]["template"]["spec"]

        assert ["Namespace", "Secret"] == kinds[:2]
        assert "kubernetes.io/dockerconfigjson" == secret["type"]
        assert [".dockerconfigjson"] == [*secret["stringData"]]
        assert [{"name": "registry"}] == pod["imagePullSecrets"]

    def test_unbound_pull_secret(self, web, desired):
        """
        A value that the configuration does not have is told.
        """
        value = FromConfig("registryAuth", secret=True)
        stack = Stack(
            "dev",
            environment="dev",
            pull_secrets=["other", PullSecret("registry", value)],
            config_keys=[],
        )
        with pytest.raises(SpecError) as ei:
            desired(web, stack=stack)

        assert (
            (
                "Stack 'dev': pullSecrets registry comes from the "
                "configuration of stack 'dev', which has no 'registryAuth'. "
                "Run: pulumi config set --secret registryAuth --stack dev"
            ),
        ) == ei.value.problems

    def test_open_pull_secret(self):
        """
        What is no secret is no value of one.
        """
        with pytest.raises(
            SpecError, match=r"^PullSecret 'a': value must be declared with"
        ):
            PullSecret("a", FromConfig("registryAuth"))

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

    def test_storage(self, web, container):
        """
        A part can say itself how much of the node's disk it may fill, and an
        environment more of it.
        """
        web = attrs.evolve(web, ephemeral_storage="2Gi")
        larger = Environment(
            "dev", overrides=[web.override(ephemeral_storage="4Gi")]
        )
        found = [
            container(web)["resources"],
            container(web, environment=larger)["resources"],
        ]

        assert ["2Gi", "4Gi"] == [
            resources["limits"]["ephemeral-storage"] for resources in found
        ]
        assert ["2Gi", "4Gi"] == [
            resources["requests"]["ephemeral-storage"] for resources in found
        ]

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
