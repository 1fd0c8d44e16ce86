"""
Who signs in where, and who may do what.
"""

from mizzen import ALL_NAMESPACES
from mizzen.spec import Setting, Store, uses_of


def _read(seen, container, pod, name, path):
    """
    The text that *container* finds in a variable or in a file.
    """
    texts = {m.name: m.body.get("stringData") for m in seen.of_kind("Secret")}
    for variable in container.get("env", ()):
        if variable["name"] == name and "value" in variable:
            return variable["value"]
        if variable["name"] == name:
            reference = variable["valueFrom"]["secretKeyRef"]
            return texts[reference["name"]][reference["key"]]
    folder, _, file = path.rpartition("/")
    (mount,) = (
        m["name"]
        for m in container["volumeMounts"]
        if m["mountPath"] == folder
    )
    (volume,) = (v for v in pod.spec["volumes"] if v["name"] == mount)
    sources = [volume, *volume.get("projected", {}).get("sources", ())]
    for source in (s["secret"] for s in sources if "secret" in s):
        for item in source["items"]:
            if item["path"] == file:
                kept = texts[source.get("secretName", source.get("name"))]
                return kept[item["key"]]
    raise AssertionError(path)


def _fields(use):
    """
    Each field that an edge tells, with its variable and its file.
    """
    if use.env is not None:
        for name, setting in use.env.items():
            if isinstance(setting, Setting):
                yield setting.field, name, ""
        return
    prefix = use.prefix or use.part.name.upper().replace("-", "_")
    for field in use.part.connection_fields:
        yield (
            field,
            "" if use.files else f"{prefix}_{field.upper()}",
            f"{use.files}/{field}" if use.files else "",
        )


def _agrees(field, text, store, own, kept):
    """
    Whether *text* is what *field* of *store* is to a part called *own*.
    """
    text = str(text)
    if field == "user" and store.has_accounts:
        return text != store.administrator and text.startswith(
            f"{own[: store.longest_user - 9]}-"
        )
    if field == "password" and store.has_accounts:
        return text == f"‹generated: {kept} password of {own}›"
    if field == "url" and store.has_accounts:
        return f"{kept} password of {own}›" in text
    if field == "host":
        return text == kept
    if field == "port":
        return text == str(store.listens[0].number)
    return True


def everybody_has_an_account(seen):
    """
    What an edge to a store of the app's own tells leads there, in the name
    of an account of whoever uses it, never of the administrator.
    """
    names = seen.manifests.names
    for part in seen.description.parts:
        for use in uses_of(part):
            store = use.part
            if not isinstance(store, Store) or (
                store.name in seen.run_elsewhere
            ):
                continue
            own, kept = names[part.name], names[store.name]
            for pod in seen.pods_of_part(part.name):
                (container,) = pod.spec["containers"]
                for field, variable, path in _fields(use):
                    text = _read(seen, container, pod, variable, path)
                    assert _agrees(field, text, store, own, kept)


def _rules(permission):
    """
    What a permission lets, one rule for each group of resources.
    """
    groups = {}
    for resource in permission.on:
        path, slash, sub = resource.partition("/")
        plural, _, group = path.partition(".")
        key = "*" if resource == "*" else group
        groups.setdefault(key, []).append(f"{plural}{slash}{sub}")
    for group, resources in groups.items():
        yield (
            (group,),
            tuple(resources),
            tuple(permission.verbs),
            tuple(permission.names),
        )


def _granted(seen):
    """
    What each account may do, with the namespace where; nothing for all.
    """
    bindings = seen.of_kind("RoleBinding", "ClusterRoleBinding")
    roles = {
        (m.kind, m.name, m.body["metadata"].get("namespace")): m.body["rules"]
        for m in seen.of_kind("Role", "ClusterRole")
    }
    assert len(roles) == len(bindings)
    for binding in bindings:
        (subject,) = binding.body["subjects"]
        assert subject["kind"] == "ServiceAccount"
        assert subject["namespace"] == seen.manifests.namespace
        assert seen.manifests.get("ServiceAccount", subject["name"])
        role = binding.body["roleRef"]
        where = binding.body["metadata"].get("namespace")
        for rule in roles[role["kind"], role["name"], where]:
            keys = ("apiGroups", "resources", "verbs", "resourceNames")
            rules = tuple(tuple(rule.get(key, ())) for key in keys)
            yield subject["name"], where, rules


def roles_are_what_was_said(seen):
    """
    The account of a part may do exactly what its permissions say, and those
    of all others nothing.
    """
    expected = set()
    for part in seen.parts:
        for each in getattr(part, "permissions", ()):
            where = each.within or seen.manifests.namespace
            where = None if where is ALL_NAMESPACES else where
            name = seen.manifests.names[part.name]
            expected |= {(name, where, rule) for rule in _rules(each)}

    assert expected == {*_granted(seen)}


_IDENTITIES = {
    "AwsRole": ("eks.amazonaws.com/role-arn", "arn"),
    "GcpAccount": ("iam.gke.io/gcp-service-account", "email"),
    "AzureClient": ("azure.workload.identity/client-id", "client_id"),
}


def identities_are_told(seen):
    """
    An account tells the one cloud that was said whom it stands for.
    """
    for part in seen.parts:
        if part.name in seen.run_elsewhere:
            continue
        account = seen.object_of("ServiceAccount", part)
        annotations = account["metadata"].get("annotations", {})
        told = {key for key, _ in _IDENTITIES.values() if key in annotations}
        kind = type(getattr(part, "identity", None)).__name__

        assert told == {
            _IDENTITIES[kind][0] for _ in "x" if kind in _IDENTITIES
        }


def what_is_hashed_is_fixed(seen):
    """
    Whatever bears a hash of its content in its name never changes; what
    `setup` tells the server of a store while it runs does.
    """
    shared = {
        part.name
        for part in seen.description.parts
        if isinstance(part, Store)
        and part.has_accounts
        and part.name not in seen.run_elsewhere
    }
    for manifest in seen.of_kind("ConfigMap", "Secret"):
        if manifest.role.startswith("pull-secret-"):
            continue
        told = manifest.role in {"credentials", "server-files"}
        changing = told and manifest.part in shared
        assert manifest.body.get("immutable", False) is not changing


ALL = (
    everybody_has_an_account,
    roles_are_what_was_said,
    identities_are_told,
    what_is_hashed_is_fixed,
)
