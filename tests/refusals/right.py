"""
Descriptions that every constructor takes.
"""

from pathlib import Path

import mizzen


IMAGE = mizzen.Image("acme/api:v5")
DB = mizzen.Postgres("db", version=17, disk="1Gi")
PASSWORD = mizzen.FromConfig("password", secret=True)
API = mizzen.Service("api", image=IMAGE, port=8000, uses=[DB])
WORKER = mizzen.Worker("worker", image=IMAGE)

# One right way to make each; what is left out is made without arguments.
RIGHT = {
    "Access": {
        "host": "db",
        "port": "5432",
        "database": "app",
        "administrator": mizzen.Account(user="app", password="{password}"),
    },
    "Account": {"user": "app", "password": "{password}"},
    "Address": {"host": "db.example.com", "port": 5432},
    "App": {"name": "shop", "edition": "2026", "parts": [API, DB]},
    "Autoscale": {"minimum": 1, "maximum": 3, "cpu": 70},
    "Backup": {"schedule": "0 3 * * *", "disk": "1Gi"},
    "Container": {"name": "proxy", "image": IMAGE},
    "ContainerLimits": {"cpu": "100m", "memory": "128Mi"},
    "Disk": {"size": "1Gi"},
    "ExistingDisk": {"claim": "data"},
    "HostPath": {"path": "/var/log"},
    "AwsRole": {"arn": "arn:aws:iam::123456789012:role/api"},
    "AzureClient": {"id": "01234567-89ab-cdef-0123-456789abcdef"},
    "GcpAccount": {"email": "api-dev@shop-123.iam.gserviceaccount.com"},
    "Scratch": {"size": "1Gi"},
    "SharedDisk": {"name": "uploads", "size": "1Gi"},
    "Client": {"name": "billing", "namespace": "billing-prod"},
    "Credentials": {"user": "app", "password": PASSWORD},
    "CronJob": {"name": "nightly", "image": IMAGE, "schedule": "0 3 * * *"},
    "DaemonSet": {"name": "agent", "image": IMAGE},
    "Cluster": {"name": "own"},
    "Definitions": {"paths": ["crds.yaml"]},
    "Directory": {"path": "settings"},
    "Dockerfile": {"context": "apps/api"},
    "Environment": {"name": "dev"},
    "Errand": {"command": ["psql"]},
    "Expose": {"to": API},
    "External": {
        "host": "db.example.com",
        "credentials": mizzen.Credentials("app", PASSWORD),
    },
    "ExternalService": {
        "name": "billing",
        "port": 443,
        "host": "billing.example.com",
    },
    "ExternalMetric": {"name": "jobs", "average": 5},
    "File": {"path": "settings.yaml"},
    "FromConfig": {"key": "theKey"},
    "FromConfigMap": {"name": "trust", "key": "ca.crt"},
    "FromExternalSecret": {"key": "shop/api"},
    "FromField": {"path": "metadata.name"},
    "FromProgram": {"name": "host"},
    "FromResource": {"resource": "limits.memory"},
    "FromSecret": {"name": "billing", "key": "token"},
    "FromStack": {"stack": "acme/data/prod", "output": "host"},
    "CommandHealth": {"command": ["ping"]},
    "GrpcHealth": {"service": "acme.Billing"},
    "HttpHealth": {"path": "/healthz"},
    "HelmChart": {
        "name": "operator",
        "chart": "oci://example.com/operator",
        "version": "0.22.1",
    },
    "IngressController": {"name": "nginx"},
    "Image": {"reference": "acme/api:v5"},
    "Job": {"name": "migrate", "image": IMAGE, "before": [API]},
    "LoadBalancer": {"parts": [API]},
    "Metrics": {"port": 9090},
    "Monitoring": {"namespace": "monitoring"},
    "Namespace": {"name": "payments"},
    "Quota": {"cpu": "4", "memory": "8Gi"},
    "NodePort": {"parts": [API]},
    "NotIn": {"values": ["arm64"]},
    "ObjectMetric": {
        "name": "hits",
        "average": 10,
        "api_version": "v1",
        "kind": "Service",
        "object": "api",
    },
    "Patch": {"part": API, "kind": "Deployment", "fields": {"spec": {}}},
    "PodMetric": {"name": "hits", "average": 100},
    "Port": {"name": "http", "number": 80},
    "Postgres": {"name": "db", "version": 17, "disk": "1Gi"},
    "Project": {"root": Path(), "apps": {}, "environments": {}},
    "PullSecret": {"name": "registry", "value": PASSWORD},
    "Queue": {"part": DB, "query": "select 1", "per_replica": 5},
    "Raw": {
        "body": {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "sizes"},
        }
    },
    "RawFile": {"path": "sizes.yaml"},
    "Redis": {"name": "cache", "version": 8, "disk": "1Gi"},
    "Registry": {"prefix": "ghcr.io/acme"},
    "Route": {"path": "/", "to": API},
    "ScalingRules": {"pods": 4},
    "SecretStore": {"name": "vault"},
    "Server": {"image": "mysql:8", "data": "/var/lib/mysql", "ready": ["a"]},
    "Service": {"name": "api", "image": IMAGE, "port": 8000, "uses": [DB]},
    "Stack": {"name": "dev", "environment": "dev"},
    "TlsSecret": {"name": "certificate", "hosts": {"admin": "admin"}},
    "Transform": {"kind": "Job", "function": dict},
    "Trigger": {"type": "cron", "metadata": {"start": "0 8 * * *"}},
    "Use": {"part": DB},
    "Version": {"tag": "v5", "digest": f"sha256:{64 * '1'}"},
    "Worker": {"name": "worker", "image": IMAGE},
}
