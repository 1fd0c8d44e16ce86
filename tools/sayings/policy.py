"""
What can be said of how parts run, and of what surrounds them.
"""

POLICY: dict[str, list[tuple[str, str]]] = {
    "Scale": [
        ("a fixed number", 'Worker("worker", image=image, replicas=3)'),
        (
            "by processor time",
            'Worker("worker", image=image, scale=Autoscale(2, 20, cpu=70))',
        ),
        (
            "by a queue",
            'Worker("worker", image=image, uses=[cache], scale=Autoscale(0, 20, queue=Queue(cache, list="jobs", per_replica=20)))',
        ),
        (
            "by a metric of its pods",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=PodMetric("waiting", 10)))',
        ),
        (
            "by a metric of another object",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=ObjectMetric("requests", 100, api_version="v1", kind="Service", object="web")))',
        ),
        (
            "by a metric from outside",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=ExternalMetric("messages", 30)))',
        ),
        (
            "by whatever KEDA knows",
            'Worker("worker", image=image, scale=Autoscale(0, 9, queue=Trigger("cron", {"timezone": "Europe/Berlin", "start": "0 8 * * *", "end": "0 18 * * *", "desiredReplicas": "9"})))',
        ),
        (
            "down slowly",
            'Worker("worker", image=image, scale=Autoscale(1, 9, cpu=70, behaviour=Behaviour(down=ScalingRules(pods=1, stabilisation_seconds=600))))',
        ),
        (
            "by memory",
            'Worker("worker", image=image, scale=Autoscale(2, 20, memory=80))',
        ),
        (
            "by a stream of Redis",
            'Worker("worker", image=image, uses=[cache], scale=Autoscale(0, 20, queue=Queue(cache, stream="jobs", group="workers", per_replica=20)))',
        ),
        (
            "by a query of Postgres",
            'Worker("worker", image=image, uses=[db], scale=Autoscale(0, 20, queue=Queue(db, query="select count(*) from jobs", per_replica=20)))',
        ),
        (
            "by a metric with labels",
            'Worker("worker", image=image, scale=Autoscale(1, 9, metric=ExternalMetric("messages", 30, selector={"queue": "mail"})))',
        ),
        (
            "by KEDA, with credentials that are there",
            'Worker("worker", image=image, scale=Autoscale(0, 9, queue=Trigger("kafka", {"topic": "jobs"}, authentication="kafka")))',
        ),
        (
            "queues that the cluster signs in to",
            'Worker("worker", image=image, scale=Autoscale(0, 9, queue=Trigger("kafka", {"topic": "jobs"}, cluster_authentication="kafka")))',
        ),
        (
            "several queues, counted often",
            'Worker("worker", image=image, uses=[cache], scale=Autoscale(0, 20, queue=[Queue(cache, list="jobs", per_replica=20), Queue(cache, list="mails", per_replica=50)], poll_seconds=5, cooldown_seconds=60))',
        ),
        (
            "up quickly",
            'Worker("worker", image=image, scale=Autoscale(1, 9, cpu=70, behaviour=Behaviour(up=ScalingRules(percent=100, period_seconds=15))))',
        ),
    ],
    "Nodes and rollout": [
        (
            "nodes with a label",
            'Worker("worker", image=image, nodes={"disk": "ssd"})',
        ),
        (
            "nodes without a label",
            'Worker("worker", image=image, nodes={"pool": NotIn("spot")})',
        ),
        (
            "nodes that keep others away",
            'Worker("worker", image=image, tolerations=[Toleration("dedicated", value="batch")])',
        ),
        (
            "one kind of processor",
            'Worker("worker", image=image, architectures=["arm64"])',
        ),
        (
            "a store on nodes of its own",
            'db.override(nodes={"pool": "data"}, tolerations=[Toleration("data")], architectures=["arm64"], priority_class="high")',
        ),
        (
            "before others when nodes are full",
            'Worker("worker", image=image, priority_class="important")',
        ),
        (
            "pods that a mesh or an operator finds",
            'Worker("worker", image=image, pod_labels={"example.com/mesh": "on"}, pod_annotations={"example.com/proxy": "small"})',
        ),
        (
            "a store that an operator finds",
            'db.override(pod_labels={"example.com/backup": "on"}, pod_annotations={"example.com/note": "orders"})',
        ),
        (
            "never two on one node",
            'Worker("worker", image=image, replicas=2, spread=Spread(hosts="hard"))',
        ),
        (
            "a quarter more while it is exchanged",
            'Worker("worker", image=image, rollout=Rollout(surge="25%"))',
        ),
        (
            "the old one ends before the new one starts",
            'Worker("worker", image=image, rollout=Recreate())',
        ),
        (
            "nodes that push others off, for some time",
            'Worker("worker", image=image, tolerations=[Toleration("spot", effect="NoExecute", seconds=60)])',
        ),
        (
            "evenly over zones",
            'Worker("worker", image=image, replicas=2), Worker("worker", image=image, replicas=2, spread=Spread(zones="hard"))',
        ),
        (
            "one may be missing while it is exchanged",
            'Worker("worker", image=image, rollout=Rollout(surge=0, unavailable=1))',
        ),
        (
            "a new one has to work for a while before it counts",
            'Worker("worker", image=image, rollout=Rollout(min_ready_seconds=10))',
        ),
        (
            "an exchange that gives up later",
            'Worker("worker", image=image, rollout=Rollout(progress_deadline_seconds=1200))',
        ),
    ],
    "Exposure": [
        ("at a port of each node", "NodePort({web: 30080})"),
        ("at an address of the provider", "LoadBalancer([web])"),
        (
            "from some networks alone",
            'LoadBalancer([web], source_ranges=["203.0.113.0/24"])',
        ),
        (
            "the same, where pods see the address of the client",
            'LoadBalancer([web], source_ranges=["203.0.113.0/24"], external_traffic_policy="Local")',
        ),
        (
            "at an address by something else in the cluster",
            'LoadBalancer([web], load_balancer_class="tailscale")',
        ),
        (
            "at a port of the nodes that have its pods",
            'NodePort({web: 30080}, external_traffic_policy="Local")',
        ),
        (
            "at an address of the provider, at another port",
            "LoadBalancer({web: 80})",
        ),
        (
            "a single port, beside any exposure",
            'Environment("dev", exposes=[LoadBalancer({web["http"]: 80})])',
        ),
        (
            "a single port of each node, beside any exposure",
            'Environment("dev", exposes=[NodePort({web["http"]: 31080})])',
        ),
        (
            "a port of the app that speaks no HTTP, wherever the app is exposed",
            'Expose(web["http"])',
        ),
        (
            "the same at another port of the provider's address",
            'Expose(web["http"], public_port=8883)',
        ),
        ("a path of the app's hosts", 'Route("/", web)'),
        (
            "a path with a time-out and a size of bodies",
            'Route("/upload", web, timeout_seconds=300, body_size="50Mi")',
        ),
        (
            "a path for the internal network",
            'Route("/admin", web, hosts=["admin"], internal=True)',
        ),
        (
            "routes by HTTPS, certificates from cert-manager",
            'Environment("dev", exposure=Ingress(tls=CertManager()))',
        ),
        (
            "routes by HTTPS, a certificate that is there",
            'Environment("dev", exposure=Ingress(tls=TlsSecret("shop-tls")))',
        ),
        (
            "routes by HTTPS, a certificate of one host",
            'Environment("dev", exposure=Ingress(tls=TlsSecret("shop-tls", hosts={"admin.example.com": "admin-tls"})))',
        ),
        (
            "routes by HTTPS, a certificate of AWS Certificate Manager",
            'Environment("dev", exposure=Ingress()), Stack("dev", environment="dev", hosts=["shop.example.com"], ingress_class="alb"), Environment("dev", exposure=Ingress(tls=AcmCertificate("arn:aws:acm:eu-west-1:123456789012:certificate/1234abcd")))',
        ),
        (
            "routes by the Gateway API",
            'Environment("dev", exposure=Gateway(tls=CertManager()))',
        ),
        (
            "at an address with annotations of the provider",
            'LoadBalancer([web], annotations={"example.com/scheme": "internal"})',
        ),
        (
            "a path alone, without what is below it",
            'Route("/", web), Route("/", web, path_type="Exact")',
        ),
        (
            "routes with annotations of the controller",
            'Environment("dev", exposure=Ingress(annotations={"example.com/cache": "off"}))',
        ),
        (
            "the same for internal routes alone",
            'Route("/admin", web, internal=True), Environment("dev", exposure=Ingress(internal_annotations={"example.com/cache": "off"}))',
        ),
        (
            "routes by HTTPS and by plain HTTP",
            'Environment("dev", exposure=Ingress(tls=CertManager())), Environment("dev", exposure=Ingress(tls=CertManager(), redirect=False))',
        ),
        (
            "the same by the Gateway API",
            'Environment("dev", exposure=Gateway(tls=CertManager())), Environment("dev", exposure=Gateway(tls=CertManager(), redirect=False))',
        ),
        (
            "a Gateway with annotations",
            'Environment("dev", exposure=Gateway()), Environment("dev", exposure=Gateway(annotations={"example.com/team": "shop"}))',
        ),
        (
            "one with annotations for internal routes alone",
            'Route("/admin", web, internal=True), Environment("dev", exposure=Gateway(internal_annotations={"example.com/team": "shop"}))',
        ),
    ],
    "Environments": [
        (
            "values of all parts",
            'Defaults(replicas=2, memory="256Mi", env={"LOG_LEVEL": "info"})',
        ),
        ("values of one part", 'web.override(replicas=6, memory="1Gi")'),
        (
            "an environment that differs from another one",
            'Environment("dev", defaults=Defaults(replicas=2)), Environment("dev", defaults=Defaults(replicas=2)).derive("dev-eu", overrides=[web.override(replicas=3)])',
        ),
        ("a network closed for what comes in alone", "Isolation.INGRESS"),
        ("an open network", "OFF"),
        (
            "the most that all pods may ask for",
            'Namespace(quota=Quota(cpu="4", memory="8Gi", pods=50))',
        ),
        (
            "what containers of charts get that say nothing",
            'Namespace(limits=ContainerLimits(cpu="50m", memory="128Mi"))',
        ),
        (
            "pods of others that need more rights",
            'Namespace(pod_security="baseline")',
        ),
        (
            "a namespace that lets only connect what is said to",
            "Namespace(default_deny=True)",
        ),
        ("a namespace that is there", 'Namespace("payments", create=False)'),
        ("a kind of cluster", 'Cluster("own", storage_class="fast")'),
        (
            "names by a pattern",
            'Conventions(name="{app}-{part}")',
        ),
        (
            "labels of everything",
            'Conventions(labels={"example.com/team": "shop"})',
        ),
        (
            "annotations of pods",
            'Conventions(pod_annotations={"example.com/scrape": "true"})',
        ),
        (
            "what all containers get",
            'Defaults(cpu="100m", ephemeral_storage="1Gi", user=20001, security_context=SecurityContext(seccomp_profile="localhost/audit.json"), writable=["/tmp", "/run"])',
        ),
        (
            "how all parts are exchanged and stop",
            'Defaults(rollout=Rollout(surge="25%"), spread=OFF, grace_seconds=60, pause_seconds=10)',
        ),
        (
            "how long all parts may take to start",
            "Defaults(startup_seconds=300)",
        ),
        (
            "where all parts run",
            'Defaults(nodes={"pool": "apps"}, tolerations=[Toleration("apps")], architectures=["amd64"], priority_class="high")',
        ),
        (
            "disks and a namespace that nobody deletes",
            'Environment("dev", protect=True)',
        ),
        (
            "the disk that containers of charts get",
            'Namespace(limits=ContainerLimits(ephemeral_storage="1Gi"))',
        ),
        (
            "what builds images for a kind of cluster",
            'Cluster("own", builder=DockerBuild())',
        ),
        (
            "name servers outside of the cluster's own",
            'Cluster("own", dns_peers=["169.254.20.10/32"])',
        ),
        (
            "other pods that are name servers",
            'Cluster("own", dns_pods=["node-local-dns"])',
        ),
        (
            "where the cluster's API is",
            'Worker("worker", image=image, permissions=[Allow("get", on="pods")]), Cluster("own", api_servers=["192.0.2.1/32"])',
        ),
        (
            "the ports of its API servers",
            'Worker("worker", image=image, permissions=[Allow("get", on="pods")]), Cluster("own", api_server_ports=[443, 16443])',
        ),
        (
            "a class of Ingresses that need not be named",
            'Environment("dev", exposure=Ingress()), Stack("dev", environment="dev", hosts=["shop.example.com"], cluster=Cluster("own", ingress_class="edge"))',
        ),
        (
            "where identities of the cloud are",
            'Worker("worker", image=image, identity=AwsRole("arn:aws:iam::123456789012:role/api")), Cluster("own", identity_endpoints={AwsRole: [Address("169.254.170.23", 80)]})',
        ),
        (
            "a namespace of KEDA",
            'Worker("worker", image=image, uses=[cache], scale=Autoscale(0, 20, queue=Queue(cache, list="jobs", per_replica=20))), Cluster("own", keda_namespace="scaling")',
        ),
        (
            "load balancers that ask for `/` where they know what a port speaks",
            'Environment("dev", exposure=LoadBalancer([web])), Cluster("own", probes_by_application=True)',
        ),
        (
            "an ingress controller of one's own",
            'Environment("dev", exposure=Ingress()), Cluster("own", ingress_controllers=[IngressController("nginx", labels={"app": "edge"}, namespace="edge", annotations={"example.com/edge": "on"})])',
        ),
        (
            "annotations of everything",
            'Conventions(annotations={"example.com/owner": "shop"})',
        ),
        (
            "labels of pods",
            'Conventions(pod_labels={"example.com/mesh": "on"})',
        ),
    ],
    "Escape hatches": [
        (
            "raw fields of one object",
            'web.patch("Deployment", {"spec": {"minReadySeconds": 10}})',
        ),
        (
            "a function for a kind of object",
            'Transform("Service", lambda body: {**body, "metadata": {**body["metadata"], "annotations": {"a": "b"}}})',
        ),
        (
            "an object of one's own",
            'Raw({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "sizes"}})',
        ),
        (
            "objects in a file",
            'RawFile("docs/examples/quota.yaml")',
        ),
        (
            "a custom resource, checked against its definition, which is there already",
            'Definitions("docs/examples/widgets.yaml"), Raw({"apiVersion": "acme.example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"replicas": 3}})',
        ),
        (
            "a chart of others",
            'HelmChart("operator", chart="oci://example.com/op", version="1.0.0")',
        ),
        (
            "an object of the whole cluster",
            'Raw({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}, clustered=True)',
        ),
        (
            "an object that parts wait for",
            'Raw({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "sizes"}}, before=[worker], after=[db])',
        ),
        (
            "objects of the whole cluster in a file, that parts wait for",
            'RawFile("docs/examples/quota.yaml", clustered=True, before=[worker], after=[db])',
        ),
        (
            "a chart of a repository, with values, in order",
            'HelmChart("operator", chart="op", repository="https://charts.example.com", version="1.0.0", values={"replicas": 2}, namespace="operators", create_namespace=True, before=[worker], after=[db])',
        ),
    ],
}
