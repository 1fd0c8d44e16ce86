"""
Typical edits of the example app, each really deployed: what `mizzen diff`
predicts is what happens.

Each way from one state to the next is held against its own report, the ways
back as well.
"""

import contextlib
import datetime as dt
import json

import attrs
import httpx
import pytest

from infra.local import ports
from tools.edits import SEEN, base, report, texts, write
from tools.typical_edits import CONFIG, EDITS, ENVIRONMENT, STACK

from mizzen.changes import Effect, dangers
from mizzen.changes.renames import new_names

from .deployments import attempted_up, deployed, eventually
from .facts import became, pod_counts, predicted, settled
from .load import Target, got, loaded


RATE = 10
# What a client asks for, and whose pods have to answer it.
ASKED = {
    "page": ("/", {"client"}),
    "API": (
        "/api/values?limit=5",
        {"client", "api", "postgres", "redis"},
    ),
}
OUTSIDE = "the world outside"
# What answers below a path that itself is nothing.
BELOW = {"/api": "/api/values"}


def _ingress_port():
    return ports.places()["traefik/traefik"]["80"]


def _target(way):
    """
    Where a way in from outside leads, as a report names it: a node port, or
    a host and path.
    """
    kind, _, number = way.partition(" ")
    if kind == "NodePort":
        return Target(url=f"http://127.0.0.1:{number}", kept=False), "/"
    host, slash, path = way.partition("/")
    place = f"127.0.0.1:{_ingress_port()}"

    asked = slash + path

    return Target(url=f"http://{host}", place=place), BELOW.get(asked, asked)


def _answers(way):
    """
    Whether somebody answers there.
    """
    try:
        target, path = _target(way)
        return target.ask("GET", path).status_code < httpx.codes.BAD_REQUEST
    except (httpx.HTTPError, KeyError):
        return False


def _ways(manifests):
    """
    The ways in from outside to the page.
    """
    for manifest in manifests:
        spec = manifest.body.get("spec", {})
        if manifest.kind == "Ingress":
            yield from (f"{rule['host']}/" for rule in spec["rules"])
        elif spec.get("type") == "NodePort":
            yield from (
                f"NodePort {port['nodePort']}" for port in spec["ports"]
            )


def _connects(deployment, edge):
    """
    Whether a pod of one part can connect to another part.
    """
    port = edge.port.removeprefix("TCP ")
    said = deployment.kubectl(
        *("exec", f"deployment/{edge.source}", "--container", edge.source),
        *("--", "timeout", "3", "bash", "-c"),
        f"exec 3<>/dev/tcp/{edge.target}/{port} && echo connected",
        check=False,
    )
    return "connected" in said


@attrs.frozen
class Way:
    """
    What was predicted of the way from one state to the next, and what is
    found out about it.
    """

    predicted: object
    before: object
    after: object
    refused: bool
    lost: dict[str, int]

    @property
    def names(self):
        """
        What renamed parts are called now.
        """
        return new_names(self.predicted.before, self.predicted.after)

    @property
    def changes(self):
        """
        What was predicted, by part.
        """
        return {part.part: part for part in self.predicted.change.parts}

    def pods(self):
        """
        What became of each part, beside what was to become of it.
        """
        parts = {*self.before.pods, *self.after.pods}

        return {
            part: (
                became(part, self.before, self.after),
                "kept" if self.refused else predicted(self.changes.get(part)),
            )
            for part in sorted(parts)
        }

    def failing(self):
        """
        What was to be without an answer for a while, and what may have been
        because its address goes.
        """
        if self.refused:
            return set(), set()
        stopped, closed = set(), set()
        for name, change in self.changes.items():
            if Effect.RECREATED in change.effects:
                stopped.add(name)
            if any(edge.source == OUTSIDE for edge in change.closed):
                closed.add(name)
        surely, possibly = (
            {
                name
                for name, (_, needs) in ASKED.items()
                if down & {self.names.get(part, part) for part in needs}
            }
            for down in (stopped, stopped | closed)
        )
        return surely, possibly

    def claims(self):
        """
        Parts whose claims were to go, and those whose did.
        """
        risk = {
            name
            for name, change in self.changes.items()
            if Effect.DATA_AT_RISK in change.effects and not self.refused
        }
        gone = {
            part
            for part, claims in self.before.claims.items()
            if not claims <= self.after.claims.get(part, frozenset())
        }
        return gone, risk

    def words(self):
        """
        What was seen, for the page.
        """
        if self.refused:
            return "refused before anything is touched; data kept"
        found = [
            f"{part} {fact}"
            for part, (fact, _) in self.pods().items()
            if fact != "kept"
        ] or ["all pods kept"]
        found += [
            f"{name} {lost / RATE:.1f} s without an answer"
            for name, lost in self.lost.items()
            if lost
        ] or ["no request failed"]
        gone, _ = self.claims()
        found += [f"claim of {part} gone" for part in sorted(gone)]
        found += [] if gone else ["data kept"]

        return "; ".join(found)


class Chain:
    """
    One cluster that is brought from state to state.
    """

    def __init__(self, deployment, folder):
        self.deployment = deployment
        self._folder = folder
        self._state = None

    def go(self, edit):
        """
        Deploy the state after *edit* from the one before, and hold what
        happened against the report; what was seen.
        """
        if texts(edit) == texts(self._state):
            self._state = edit
            return None
        found = report(self._state, edit)
        way = self._gone(found, edit)
        if not way.refused:
            self._state = edit
        facts, predictions = (
            {part: pair[n] for part, pair in way.pods().items()}
            for n in (0, 1)
        )
        gone, risk = way.claims()

        assert facts == predictions, way.words()
        surely, possibly = way.failing()
        failed = {name for name, lost in way.lost.items() if lost}
        assert surely <= failed <= possibly, way.lost
        assert gone == risk
        for name, change in way.changes.items():
            if Effect.SECRET_ROTATED in change.effects:
                old, new = way.before.secrets, way.after.secrets
                assert old.get(name) != new.get(name)

        return way.words()

    def _gone(self, found, edit):
        counts = [
            pod_counts(each.manifests) for each in (found.before, found.after)
        ]
        refused = any(
            Effect.DATA_AT_RISK in change.effects and change.part in counts[1]
            for change in found.change.parts
        )
        known = self._known(found.before)
        names = new_names(found.before, found.after)
        before = settled(self.deployment, counts[0])
        self._hold_reach(found, open_before=True)
        write(self.deployment.folder, edit)
        if not refused:
            self.deployment.acknowledge(
                *(danger.line for danger in dangers(found.change))
            )
        with self._asked(found.before) as outcomes:
            ran = attempted_up(self.deployment.folder, STACK)
            assert refused == bool(ran.returncode), ran.stdout + ran.stderr
            after = settled(self.deployment, counts[0 if refused else 1])
            self._hold_values(found, known, refused=refused)
        if refused:
            write(self.deployment.folder, self._state)
        if not refused:
            self._hold_reach(found, open_before=False)

        return Way(
            found,
            before.renamed(names),
            after,
            refused,
            {name: sum(out.lost.values()) for name, out in outcomes.items()},
        )

    def _hold_values(self, found, known, *, refused):
        """
        What was known is known, unless the database went.
        """
        lost = not refused and any(
            change.part in {"postgres", "database"}
            and Effect.DATA_AT_RISK in change.effects
            for change in found.change.parts
        )
        state = found.before if refused else found.after
        if lost:
            assert eventually(lambda: self._values(state) == {})
        else:
            assert eventually(
                lambda: known.items() <= self._values(state).items()
            )

    def _hold_reach(self, found, *, open_before):
        """
        Before, what closes is open and what opens is closed; after, the
        other way round. Nobody keeps parts of the embedded cluster from
        each other: of those, what is to be open is.
        """
        lasting = {*pod_counts(found.before.manifests)} & {
            *pod_counts(found.after.manifests)
        }
        for change in found.change.parts:
            for edges, is_open in (
                (change.closed, open_before),
                (change.opened, not open_before),
            ):
                for edge in edges:
                    if edge.source == OUTSIDE:
                        assert eventually(
                            lambda edge=edge, is_open=is_open: (
                                _answers(edge.port) == is_open
                            )
                        ), edge
                    elif is_open and {edge.source, edge.target} <= lasting:
                        assert _connects(self.deployment, edge), edge

    @contextlib.contextmanager
    def _asked(self, state):
        (way,) = _ways(state.manifests)
        assert eventually(lambda: _answers(way))
        target, _ = _target(way)
        with contextlib.ExitStack() as stack:
            outcomes = {}
            for name, (path, _) in ASKED.items():
                folder = self._folder / name
                folder.mkdir(exist_ok=True)
                outcomes[name] = stack.enter_context(
                    loaded(target, folder, rate=RATE, requests=[got(path)])
                )
            yield outcomes

    def _values(self, state):
        """
        All values that are known.
        """
        (way,) = _ways(state.manifests)
        target, _ = _target(way)
        answer = target.ask("GET", "/api/values?limit=500")
        answer.raise_for_status()

        return {each["index"]: each["value"] for each in answer.json()}

    def _known(self, state):
        """
        All values that are known, one more than there were if anybody
        computes it.
        """
        (way,) = _ways(state.manifests)
        target, _ = _target(way)
        if {"worker", "calculator"} & {*pod_counts(state.manifests)}:
            assert eventually(lambda: self._values(state) is not None)
            index = 1000 + len(self._values(state))
            asked = target.ask("POST", "/api/values", json={"index": index})
            assert asked.status_code == httpx.codes.ACCEPTED
            assert eventually(lambda: all(self._values(state).values()))

        return self._values(state)


@pytest.fixture(name="edits", scope="module")
def _edits(cluster, root, tmp_path_factory):
    """
    The app as it is, on a cluster.
    """
    folder = tmp_path_factory.mktemp("clone")
    with deployed(
        root, folder, STACK, environment=ENVIRONMENT, file=CONFIG
    ) as deployment:
        yield Chain(deployment, tmp_path_factory.mktemp("load"))


@pytest.fixture(name="record")
def _record(request):
    """
    Keeps what was seen, if it is to be kept.
    """

    def record(edit, seen):
        if request.config.getoption("--regenerate"):
            known = json.loads(SEEN.read_text("utf-8"))
            today = dt.datetime.now(dt.UTC).date()
            known[edit.name] = {"date": str(today), "seen": seen}
            text = json.dumps(known, indent=2, ensure_ascii=False)
            SEEN.write_text(f"{text}\n", encoding="utf-8")

    return record


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_edit(edits, edit, record):
    """
    What is predicted of an edit is what happens, and so it is on the way
    back.
    """
    edits.go(base(edit))
    record(edit, edits.go(edit))
