"""
What can be said of parts and their images.
"""

PARTS: dict[str, list[tuple[str, str]]] = {
    "Parts": [
        (
            "a server",
            'Service("api", image=image, port=8000, health="/healthz")',
        ),
        (
            "a process that listens on nothing",
            'Worker("mailer", image=image, health=["mailer", "alive"])',
        ),
        (
            "a command that runs before others start",
            'Job("seed", image=image, args=["seed"], uses=[db], before=[web])',
        ),
        (
            "a command that runs once a new version is up",
            'Job("smoke", image=image, args=["smoke"], uses=[web], after=[web])',
        ),
        (
            "a command that runs again and again",
            'CronJob("report", image=image, schedule="30 3 * * mon-fri", time_zone="Europe/Berlin")',
        ),
        (
            "a process on each node",
            'DaemonSet("sensor", image=image, tolerations=[Toleration()])',
        ),
        (
            "an agent on each node that other parts use",
            'DaemonSet("statsd", image=image, ports=[Port("statsd", 8125, protocol="UDP")])',
        ),
        (
            "a PostgreSQL database",
            'Postgres("orders", version=17, disk="10Gi")',
        ),
        ("a Redis server", 'Redis("queue", version=8, disk="1Gi")'),
        (
            "backups of a database",
            (
                'Postgres("db", version=17, disk="1Gi", '
                'backup=Backup("0 3 * * *", disk="5Gi"))'
            ),
        ),
        (
            "a store that is managed elsewhere",
            (
                'db.override(at=External(host="db.example.com", tls=Tls(), '
                'credentials=Credentials("shop", FromConfig("password", '
                "secret=True))))"
            ),
        ),
        (
            "the same, with credentials from a Secret that is there",
            (
                'db.override(at=External(host="db.example.com", '
                'credentials=Credentials(FromSecret("orders-db", "user"), '
                'FromSecret("orders-db", "password"), '
                'url=FromSecret("orders-db", "url"))))'
            ),
        ),
        (
            "a store that other apps use",
            (
                'Postgres("db", version=17, disk="1Gi", '
                'clients=[Client("reports", namespace="reports")])'
            ),
        ),
        (
            "a command that gives up sooner",
            'Job("migrate", image=image, retries=0, deadline_seconds=1800)',
        ),
        (
            "a schedule that replaces what still runs",
            'tidy.override(concurrency="Replace")',
        ),
        (
            "a schedule that skips what is late",
            "tidy.override(start_within_seconds=600)",
        ),
        (
            "how many ends of runs are kept",
            "tidy.override(successful_history=1, failed_history=5)",
        ),
        ("a schedule that rests", "tidy.override(suspend=True)"),
        (
            "a run that gives up sooner",
            "tidy.override(retries=0, deadline_seconds=1800)",
        ),
        (
            "a process on each node, exchanged on many at a time",
            'agent.override(update_strategy=Rollout(surge=0, unavailable="10%"))',
        ),
        (
            "a part that had another name",
            'Worker("worker", image=image, formerly="mailer")',
        ),
        (
            "a store that had another name",
            'Redis("cache", version=8, disk="1Gi", formerly="redis")',
        ),
        (
            "a store with more room",
            'db.override(memory="2Gi", cpu="1", disk="20Gi")',
        ),
        (
            "a disk of another class",
            'db.override(storage_class="premium-rwo")',
        ),
        (
            "another image of a store",
            'db.override(image=Image("registry.example.com/postgres:17.2"))',
        ),
        (
            "another name of its database",
            'Postgres("db", version=17, disk="1Gi", database="shop")',
        ),
        (
            "extensions of its database",
            'Postgres("db", version=17, disk="1Gi", extensions=["pg_trgm"])',
        ),
        (
            "settings of its server",
            'db.override(settings={"max_connections": "200"})',
        ),
        (
            "a password of one's own",
            'db.override(password_from=FromConfig("dbPassword", secret=True))',
        ),
        ("time for its shutdown", "db.override(grace_seconds=120)"),
        (
            "backups that are kept for longer",
            'Postgres("db", version=17, disk="1Gi", backup=Backup("0 3 * * *", disk="5Gi", keep=30, time_zone="Europe/Berlin"))',
        ),
        (
            "more room for making backups",
            'Postgres("db", version=17, disk="1Gi", backup=Backup("0 3 * * *", disk="5Gi", memory="1Gi", cpu="1"))',
        ),
        (
            "backups on a disk of another class",
            'Postgres("db", version=17, disk="1Gi", backup=Backup("0 3 * * *", disk="5Gi", storage_class="cold"))',
        ),
        (
            "a store elsewhere, at another port and with a certificate",
            'db.override(at=External(host="db.example.com", port=6432, database="main", tls=Tls(mode="verify-full", ca=FromConfig("dbCa")), cidrs=["10.0.0.0/8"], credentials=Credentials("shop", FromConfig("password", secret=True))))',
        ),
        (
            "a store that another namespace of the cluster has",
            'db.override(at=External(host="db.data.svc", namespace="data", labels={"app": "db"}, tls=OFF, credentials=Credentials("shop", FromConfig("password", secret=True))))',
        ),
        (
            "a store that one part of another app uses",
            'Postgres("db", version=17, disk="1Gi", clients=[Client("reports", namespace="reports", part="api")])',
        ),
    ],
    "Images": [
        (
            "build from a Dockerfile",
            'Worker("worker", image=Dockerfile("apps/worker"))',
        ),
        (
            "a budget of an image",
            (
                'Worker("worker", image=Dockerfile("apps/worker", '
                'max_size="150Mi", max_waste="5%"))'
            ),
        ),
        (
            "pull by digest",
            f'Worker("worker", image=Image("acme/app@sha256:{"0" * 64}"))',
        ),
        (
            "another command",
            'Worker("worker", image=image, command=["app"], args=["work"])',
        ),
        (
            "one stage of a Dockerfile, with build arguments",
            'Worker("worker", image=Dockerfile("apps/api", file="Dockerfile", target="build", args={"PYTHON": "3.13"}))',
        ),
        (
            "what builds images",
            'Environment("dev", builder=DockerBuild(builder="remote"))',
        ),
    ],
}
