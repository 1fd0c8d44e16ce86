"""
Small apps for one cluster, and a part that they have in common.
"""

from mizzen import App, Image, Route, Service


API = Service("api", image=Image("acme/api:v5"), port=8000, health="/healthz")


def app(name, *parts):
    """
    An app of *parts*, its first one at ``/``.
    """
    return App(
        name, edition="2026", parts=parts, routes=[Route("/", parts[0])]
    )
