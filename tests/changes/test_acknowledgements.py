"""
Dangerous changes of the example app's production, and what is said of them.
"""

import json

import attrs
import pytest

from mizzen import OFF, Allow, Disk, Isolation, NodePort, Route, SharedDisk
from mizzen.changes import (
    Effect,
    StackChange,
    dangers,
    effects_left,
    open_dangers,
    preview_change,
    refused,
    to_json,
    to_markdown,
    unmatched,
)
from mizzen.changes.acknowledgements import acknowledgement_words
from mizzen.changes.markdown import LEAST_BUDGET


SHRUNK = "postgres: disk 1Gi -> 512Mi"


def lines(change):
    """
    What is dangerous, in words.
    """
    return [danger.line for danger in dangers(change)]


@pytest.fixture(name="shrunk")
def _shrunk(prod):
    """
    Production with a smaller disk and another variable, of which
    acknowledgements may be made.
    """

    def shrunk(*acknowledge):
        edited = prod.part("postgres", disk="512Mi").part(
            "api", env={"A": "b"}
        )
        return edited.address(acknowledge=acknowledge)

    return shrunk


class TestDangers:
    def test_smaller_disk(self, shrunk, change):
        """
        A disk that shrinks is said once, though two objects tell of it.
        """
        assert lines(change(shrunk())) == [SHRUNK]

    def test_unknown(self, prod):
        """
        What nobody knows is refused, unless that is meant.
        """
        found = StackChange(stack="prod", problems=("There is no base.",))
        meant = prod.address(acknowledge=["the app: not judged"]).stack

        (sentence,) = refused(found, prod.stack)

        assert sentence.startswith("There is no base. If that is meant, ")
        assert sentence.endswith(': "the app: not judged"')
        assert refused(found, meant) == ()

    def test_larger_disk(self, prod, change):
        """
        A disk that grows is not dangerous.
        """
        assert lines(change(prod.part("postgres", disk="20Gi"))) == []

    def test_removed_store(self, prod, change):
        """
        A store that is removed takes its disk along.
        """
        edited = prod.without("redis").without("worker")

        assert lines(change(edited)) == ["redis: disk deleted"]

    def test_replaced_disk(self, prod, change):
        """
        A disk that is replaced says why.
        """
        edited = prod.renamed("postgres", "main", formerly="postgres")
        after = edited.part("main", formerly=())

        assert lines(change(after, edited)) == [
            "main: disk replaced (metadata.name postgres -> main)"
        ]

    def test_disk_of_a_service(self, prod, change):
        """
        The disks of a part are told apart.
        """
        volumes = {
            f"/{name}": Disk("1Gi", name=name) for name in ("uploads", "cache")
        }
        before = prod.derive(
            overrides=[prod.app["api"].override(replicas=1)]
        ).part("api", volumes=volumes)
        after = before.part("api", volumes={"/cache": volumes["/cache"]})

        assert lines(change(after, before)) == ["api: uploads-disk deleted"]

    def test_namespace(self, prod, change):
        """
        What belongs to no part is the app's.
        """
        found = lines(change(prod.address(name="other")))

        assert (
            "the app: Namespace multi-prod replaced (metadata.name multi-prod "
            "-> multi-other)"
        ).replace("Namespace multi-prod", "Namespace multi-other") in found

    def test_way_in(self, prod, change):
        """
        A new way in from outside is dangerous.
        """
        client = prod.app["client"]
        found = change(prod.derive(exposure=NodePort({client: 30080})))

        assert "client: reachable from the world outside (NodePort 30080)" in (
            lines(found)
        )

    def test_route(self, prod, change):
        """
        So is a new path.
        """
        routes = [*prod.app.routes, Route("/more", prod.app["api"])]
        app = attrs.evolve(prod.app, routes=routes)

        assert lines(change(attrs.evolve(prod, app=app))) == [
            "api: reachable from the world outside (multi.example.com/more)"
        ]

    def test_use(self, prod, change):
        """
        What parts may connect to of each other needs no acknowledgement.
        """
        uses = [*prod.app["client"].uses, prod.app["redis"]]
        found = change(prod.part("client", uses=uses))

        assert Effect.NEWLY_REACHABLE in found.effects
        assert lines(found) == []

    def test_permissions(self, prod, change):
        """
        What a part may do more is said resource by resource.
        """
        allowed = [Allow("get", "list", on=["pods", "deployments.apps"])]
        named = [Allow("update", on="configmaps", names="a")]
        found = change(prod.part("api", permissions=[*allowed, *named]))

        assert sorted(lines(found)) == [
            "api: permission bound api ServiceAccount api",
            "api: permission get, list deployments.apps",
            "api: permission get, list pods",
            "api: permission pod token of its service account",
            "api: permission update configmaps a",
        ]

    @pytest.mark.parametrize(
        ("key", "line"),
        [
            ("disk.mizzen.dev/size", SHRUNK),
            (
                "up-disk.mizzen.dev/shared-size",
                "the app: up-disk 1Gi -> 512Mi",
            ),
        ],
    )
    def test_preview(self, shrunk, key, line):
        """
        In a preview, the claim does not change, but what is asked of it
        does; the words are the same.
        """
        kind, name = "core/v1:ServiceAccount", "service-account"
        urn = f"urn:pulumi:prod::multi::kubernetes:{kind}::postgres-{name}"
        parent = "urn:pulumi:prod::multi::mizzen:index:App$mizzen:index:Store"
        sizes = {"oldState": "1Gi", "newState": "512Mi"}
        steps = [
            {
                "op": "update",
                "urn": urn,
                **{
                    state: {
                        "parent": f"{parent}::postgres",
                        "inputs": {
                            "kind": "ServiceAccount",
                            "metadata": {
                                "name": "postgres",
                                "annotations": {key: size},
                            },
                        },
                    }
                    for state, size in sizes.items()
                },
            }
        ]
        found = preview_change("prod", json.dumps({"steps": steps}))

        assert lines(found) == [line]
        assert refused(found, shrunk(line).stack) == ()

    def test_shared_disk(self, prod, change):
        """
        A disk that parts share is the app's, and said once.
        """

        def sharing(size):
            disk = {"/up": SharedDisk("up", size)}
            return (
                prod.part("api", volumes=disk)
                .part("worker", volumes=disk)
                .address(shared_class="files")
            )

        assert lines(change(sharing("512Mi"), sharing("1Gi"))) == [
            "the app: up-disk 1Gi -> 512Mi"
        ]

    @pytest.mark.parametrize("size", [None, "2Gi"])
    def test_told_once(self, prod, change, size):
        """
        A disk that comes, grows, or goes is a change of its claim, and not
        of the account that tells of it as well.
        """
        few = prod.derive(overrides=[prod.app["api"].override(replicas=1)])
        one = few.part("api", volumes={"/data": Disk("1Gi")})
        other = few.part("api", volumes={"/data": Disk(size)} if size else {})
        for before, after in ((one, other), (other, one)):
            (part,) = [p for p in change(after, before).parts if p.part]
            kinds = {found.kind for found in part.objects}

            assert "PersistentVolumeClaim" in kinds
            assert "ServiceAccount" not in kinds


class TestAcknowledged:
    @pytest.mark.parametrize(
        "line", [SHRUNK, "postgres:  disk 1Gi → 512Mi ", SHRUNK + "\n"]
    )
    def test_spelling(self, shrunk, change, line):
        """
        Arrows and spaces are written as people like.
        """
        found = change(shrunk(line))

        assert open_dangers(found) == ()
        assert unmatched(found) == ()
        assert effects_left(found) == (Effect.ROLLING_RESTART,)

    def test_another_change(self, shrunk, change):
        """
        One change is acknowledged, not others of its kind.
        """
        line = "postgres: disk 3Gi -> 512Mi"
        found = change(shrunk(line))

        assert [danger.line for danger in open_dangers(found)] == [SHRUNK]
        assert unmatched(found) == (line,)
        assert effects_left(found) == found.effects

    def test_some_ways_in(self, prod, change):
        """
        What is newly reachable stays so until all ways from outside are
        acknowledged, and while there are others between parts.
        """
        open_ = prod.derive(isolation=OFF)
        closed = prod.derive(isolation=Isolation.FULL)
        (*ways, last) = lines(change(open_, closed))
        some = open_.address(acknowledge=ways)
        every = open_.address(acknowledge=[*ways, last])

        assert Effect.NEWLY_REACHABLE in effects_left(change(some, closed))
        assert open_dangers(change(every, closed)) == ()

    def test_between_parts(self, prod, change):
        """
        An acknowledged way from outside says nothing of another part's.
        """
        client, redis = prod.app["client"], prod.app["redis"]
        edited = prod.part("worker", uses=[client, redis])
        client = edited.app["client"]
        edited = edited.derive(exposure=NodePort({client: 30080}))
        edited = edited.address(acknowledge=lines(change(edited)))

        assert open_dangers(change(edited)) == ()
        assert Effect.NEWLY_REACHABLE in effects_left(change(edited))

    def test_unknown(self):
        """
        Where nobody knows what happens, nothing is said to be in vain.
        """
        found = StackChange(
            stack="prod", acknowledge=(SHRUNK,), problems=("no base",)
        )

        assert unmatched(found) == ()
        assert [*acknowledgement_words(found)] == []


class TestRefused:
    def test_sentence(self, prod, shrunk, change):
        """
        A refusal says what happens and the very line that allows it.
        """
        found = change(shrunk())

        (sentence,) = refused(found, prod.stack)

        assert sentence == (
            "postgres: disk 1Gi -> 512Mi (data at risk). If that is meant, "
            "acknowledge it in the stack's file: "
            '"postgres: disk 1Gi -> 512Mi"'
        )
        assert refused(found, shrunk(SHRUNK).stack) == ()


class TestForms:
    def test_words(self, shrunk, change):
        """
        Reports tell what is acknowledged, what is not, and what is in vain.
        """
        edited = shrunk("postgres: disk 3Gi -> 512Mi", SHRUNK)
        less = edited.part("redis", disk="512Mi")

        assert [*acknowledgement_words(change(less))] == [
            'not acknowledged: "redis: disk 1Gi -> 512Mi"',
            'acknowledged: "postgres: disk 1Gi -> 512Mi"',
            'acknowledges nothing: "postgres: disk 3Gi -> 512Mi"',
        ]

    def test_json(self, shrunk, change):
        """
        Programs are told the same.
        """
        found = change(shrunk(SHRUNK, "nothing"))
        (stack,) = json.loads(to_json([found]))["stacks"]

        assert stack["acknowledgesNothing"] == ["nothing"]
        assert stack["dangers"] == [
            {
                "part": "postgres",
                "effect": "data at risk",
                "line": SHRUNK,
                "acknowledged": True,
            }
        ]

    def test_many(self, prod, change):
        """
        A comment that has little room lists some of many, and says how many
        more there are.
        """
        edited = prod.address(acknowledge=[f"line {n}" for n in range(90)])
        text = to_markdown([change(edited)], budget=LEAST_BUDGET)
        shown = text.count("acknowledges nothing: ")

        assert '  - `acknowledges nothing: "line 0"`\n' in text
        assert f"  - {90 - shown} of 90 lines are left out here" in text
