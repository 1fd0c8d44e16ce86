"""
Descriptions that are right but for one thing.
"""

from mizzen import App, Image, Service


IMAGE = Image("acme/api:v5")


def service(name="api", **fields):
    """
    A Service that is right but for *fields*.
    """
    return Service(name, **{"image": IMAGE, "port": 8000, **fields})


def app(*parts, routes=()):
    """
    An app of *parts*.
    """
    return App("shop", edition="2026", parts=parts, routes=routes)
