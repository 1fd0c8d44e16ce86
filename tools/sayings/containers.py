"""
What can be said of configuration, and of what containers get.
"""

CONTAINERS: dict[str, list[tuple[str, str]]] = {
    "Configuration": [
        (
            "a variable",
            'Worker("worker", image=image, env={"LOG_LEVEL": "info"})',
        ),
        (
            "a value of the stack",
            'Worker("worker", image=image, env={"REGION": FromConfig("region")})',
        ),
        (
            "a secret of the stack",
            'Worker("worker", image=image, env={"KEY": FromConfig("key", secret=True)})',
        ),
        (
            "an output of another stack",
            'Worker("worker", image=image, env={"HOST": FromStack("acme/data/prod", "host")})',
        ),
        (
            "a value of the program around",
            'Worker("worker", image=image, env={"HOST": FromProgram("host")})',
        ),
        (
            "a key of a Secret that is there",
            'Worker("worker", image=image, env={"KEY": FromSecret("vendor", "key")})',
        ),
        (
            "a key of a ConfigMap that is there",
            'Worker("worker", image=image, env={"MODE": FromConfigMap("site", "mode")})',
        ),
        (
            "a secret of a vault, by External Secrets",
            'Worker("worker", image=image, env={"KEY": FromExternalSecret("vendor", property="key")})',
        ),
        (
            "a field of the pod",
            'Worker("worker", image=image, env={"NODE": FromField("spec.nodeName")})',
        ),
        (
            "a resource of the container",
            'Worker("worker", image=image, env={"MEMORY": FromResource("limits.memory")})',
        ),
        (
            "a file of text",
            'Worker("worker", image=image, files={"/etc/app.yaml": "debug: false"})',
        ),
        (
            "a file with a secret in it",
            'Worker("worker", image=image, files={"/run/token": FromConfig("token", secret=True)})',
        ),
        (
            "a file of the project",
            'Worker("worker", image=image, files={"/etc/quota": File("docs/examples/quota.yaml")})',
        ),
        (
            "all files of a folder",
            'Worker("worker", image=image, files={"/etc/app": Directory("docs/examples")})',
        ),
        (
            "text around settings",
            'Worker("worker", image=image, uses=[db], files={"/etc/db": Template("host = {host}", host=db.host)})',
        ),
        (
            "a file of the project with places in it",
            'Worker("worker", image=image, uses=[db], files={"/etc/db": TemplateFile("docs/examples/db.conf", host=db.host)})',
        ),
        (
            "a secret output of another stack",
            'Worker("worker", image=image, env={"KEY": FromStack("acme/data/prod", "key", secret=True)})',
        ),
        (
            "a secret of the program around",
            'Worker("worker", image=image, env={"KEY": FromProgram("key", secret=True)})',
        ),
    ],
    "What a container gets": [
        (
            "memory and processor time",
            'Worker("worker", image=image, memory="1Gi", cpu="500m")',
        ),
        (
            "how much of its node's disk its logs may fill",
            'Worker("worker", image=image, ephemeral_storage="2Gi")',
        ),
        (
            "folders to write to",
            'Worker("worker", image=image, writable=["/tmp", "/var/cache"])',
        ),
        (
            "a root file system to write to",
            'Worker("worker", image=image, writable=["/"])',
        ),
        ("the image's own user", 'Worker("worker", image=image, user=OFF)'),
        (
            "a capability of Linux",
            'Worker("worker", image=image, security_context=SecurityContext(capabilities=["NET_BIND_SERVICE"]))',
        ),
        (
            "profiles of seccomp and AppArmor that the nodes have",
            'Worker("worker", image=image, security_context=SecurityContext(seccomp_profile="localhost/audit.json", app_armor_profile="localhost/worker"))',
        ),
        (
            "whatever the node may, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, user=0, security_context=SecurityContext(privileged=True, allow_privilege_escalation=True))',
        ),
        (
            "files of the node, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, volumes={"/node/logs": HostPath("/var/log", type="Directory", read_only=True)})',
        ),
        (
            "the network of the node, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, port=9100, host_network=True)',
        ),
        (
            "the processes of the node, where the namespace lets it",
            'Environment("dev", namespace=Namespace(pod_security="privileged")), DaemonSet("agent", image=image, host_pid=True)',
        ),
        (
            "a disk of its own",
            'Worker("worker", image=image, volumes={"/data": Disk("10Gi")})',
        ),
        (
            "a disk that parts share",
            'Worker("worker", image=image, volumes={"/srv": SharedDisk("uploads", "5Gi")})',
        ),
        (
            "a disk of another class",
            'Worker("worker", image=image, volumes={"/data": Disk("10Gi", storage_class="premium-rwo")})',
        ),
        (
            "a disk of another class that parts share",
            'Worker("worker", image=image, volumes={"/srv": SharedDisk("uploads", "5Gi", storage_class="efs")})',
        ),
        (
            "a disk that is there",
            'Worker("worker", image=image, volumes={"/old": ExistingDisk("archive")})',
        ),
        (
            "scratch space in memory",
            'Worker("worker", image=image, volumes={"/cache": Scratch("64Mi", memory=True)})',
        ),
        (
            "a container beside its own",
            'Worker("worker", image=image, sidecars=[Container("proxy", image=image, port=9000)])',
        ),
        (
            "a container that runs before it",
            'Worker("worker", image=image, init=[Container("prepare", image=image, args=["prepare"])])',
        ),
        (
            "rights in the cluster",
            'Worker("worker", image=image, permissions=[Allow("get", "list", on="pods")])',
        ),
        (
            "a role of AWS",
            'Worker("worker", image=image, identity=AwsRole("arn:aws:iam::123456789012:role/api"))',
        ),
        (
            "a service account of Google Cloud",
            'Worker("worker", image=image, identity=GcpAccount("api-dev@shop-123.iam.gserviceaccount.com"))',
        ),
        (
            "a managed identity of Azure",
            'Worker("worker", image=image, identity=AzureClient("01234567-89ab-cdef-0123-456789abcdef"))',
        ),
        (
            "time to shut down",
            'Worker("worker", image=image, grace_seconds=120)',
        ),
        ("a user of your own", 'Worker("worker", image=image, user=20001)'),
        (
            "a disk of its own with a name",
            'Worker("worker", image=image, volumes={"/data": Disk("10Gi", name="archive")})',
        ),
        (
            "a disk that is there and that nodes share",
            'Worker("worker", image=image, volumes={"/old": ExistingDisk("archive", shared=True)})',
        ),
        (
            "a container beside its own with several ports and health",
            'Worker("worker", image=image, sidecars=[Container("proxy", image=image, ports=[Port("http", 9000), Port("admin", 9001)], health="/healthz", startup_seconds=20)])',
        ),
        (
            "rights on single objects",
            'Worker("worker", image=image, permissions=[Allow("get", on="configmaps", names=["site"])])',
        ),
        (
            "rights in another namespace",
            'Worker("worker", image=image, permissions=[Allow("get", on="pods", within="payments")])',
        ),
        (
            "rights in all namespaces, and on what is in none",
            'Worker("worker", image=image, permissions=[Allow("list", on="nodes", within=ALL_NAMESPACES)])',
        ),
        (
            "all rights on a kind of object",
            'Worker("worker", image=image, permissions=[Allow("*", on="pods", wildcard=True)])',
        ),
    ],
}
