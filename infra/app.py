"""
The Fibonacci calculator: what it is, the same in every stack.
"""

from mizzen import App, Dockerfile, Job, Postgres, Redis, Route, Service, Use, Worker


db = Postgres("postgres", version=17, disk="1Gi")
cache = Redis("redis", version=8, disk="1Gi")
database = Use(db, files="/run/secrets/postgres")
requests = Use(cache, files="/run/secrets/redis")
alive = ["python", "-m", "worker.health"]
api = Service("api", image=Dockerfile("apps/api"), port=8000, uses=[database, requests], health="/healthz")
worker = Worker("worker", image=Dockerfile("apps/worker"), uses=[requests], health=alive, ready=[*alive, "20"])
client = Service("client", image=Dockerfile("apps/client"), port=8080, uses=[api], health="/healthz")
migrate = Job("migrate", image=api.image, args=["migrate"], uses=[database], before=[api])

routes = [Route("/", client), Route("/api", api)]
app = App("multi", edition="2026", parts=[client, api, worker, migrate, db, cache], routes=routes)
