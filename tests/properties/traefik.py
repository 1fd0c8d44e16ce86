"""
Requests go to the route that comes first, whatever Traefik makes of rules.
"""

import attrs


@attrs.frozen
class _Rule:
    """
    A rule of Traefik, as its provider makes it of a path of an Ingress.
    """

    host: str
    path: str
    exact: bool
    port: tuple
    told: int | None

    @property
    def text(self):
        """
        What Traefik reads.
        """
        name = f"Host(`{self.host}`)"
        if self.host.startswith("*."):
            domain = self.host.removeprefix("*.").replace(".", r"\.")
            name = rf"HostRegexp(`^[a-zA-Z0-9-]+\.{domain}$`)"

        return f"{name} && {'Path' if self.exact else 'PathPrefix'}(`{self.path}`)"

    @property
    def priority(self):
        """
        The rule of the greatest one is asked first.
        """
        return len(self.text) if self.told is None else self.told

    @property
    def rank(self):
        """
        The same, by what Kubernetes says.
        """
        return not self.host.startswith("*."), self.exact, len(self.path)

    @property
    def target(self):
        """
        What it leads to, and by which path.
        """
        return self.path, self.exact, self.port

    def fits(self, host, path):
        """
        Whether it is for a request.
        """
        under = {host, "*." + host.partition(".")[2]}
        below = path == self.path or (
            not self.exact and path.startswith(self.path)
        )
        return self.host in under and below


def _rules(seen):
    """
    The rules of all Ingresses for the world outside.
    """
    for ingress in seen.of_kind("Ingress"):
        if "internal" in ingress.role.split("-"):
            continue
        annotations = ingress.body["metadata"].get("annotations", {})
        told = annotations.get("traefik.ingress.kubernetes.io/router.priority")
        for rule in ingress.body["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                yield _Rule(
                    rule["host"],
                    path["path"],
                    path["pathType"] == "Exact",
                    (service["name"], service["port"]["name"]),
                    None if told is None else int(told),
                )


def asked_in_order(seen):
    """
    The rule that Traefik asks first leads where the one leads that comes
    first by what Kubernetes says of hosts and paths.
    """
    stack = seen.description.stack
    controller = stack.cluster.ingress_controller(stack.ingress_class)
    if controller is None or controller.name != "traefik":
        return
    rules = [*_rules(seen)]
    hosts = {rule.host.replace("*", "x") for rule in rules}
    paths = {rule.path + more for rule in rules for more in ("", "x", "/x")}
    for host in hosts:
        for path in paths:
            fitting = [rule for rule in rules if rule.fits(host, path)]
            if fitting:
                first = max(rule.priority for rule in fitting)
                asked = {r.target for r in fitting if r.priority == first}
                assert {max(fitting, key=lambda r: r.rank).target} == asked


ALL = (asked_in_order,)
