"""
What is told of built images.
"""

import json

import pytest

from mizzen import Dockerfile, SpecError
from mizzen.built.budgets import has_budget, over_budget
from mizzen.built.images import Origin, built_image
from mizzen.built.releases import difference
from mizzen.built.report import as_json, as_text
from mizzen.built.stored import stored_image

from .handmade import docker_archive, layer


HISTORY = [
    {"created_by": "ADD rootfs.tar / # buildkit"},
    {"created_by": 'CMD ["sh"]', "empty_layer": True},
    {
        "created_by": (
            "RUN |1 PASSWORD=hunter2 /bin/sh -c pip install   x # buildkit"
        )
    },
    {"created_by": "COPY --chown=1:1 /out . # buildkit"},
    {"created_by": "USER 10001", "empty_layer": True},
]
LAYERS = [
    layer(("etc/a", b"1234"), ("b", b"x" * 2**20)),
    layer(("etc/a", b"12"), ("lib/x", b"12345678")),
    layer(("srv/out", b"1")),
]
SETTINGS = {
    "User": "10001",
    "Entrypoint": ["python", "-m", "api"],
    "Cmd": ["serve"],
    "WorkingDir": "/app",
    "ExposedPorts": {"8000/tcp": {}},
    "Env": ["PATH=/bin", "DB_PASSWORD=hunter2"],
}
DOCKERFILE = """\
FROM debian AS base
RUN --mount=type=cache,target=/c pip install x

FROM base AS build
RUN make

FROM base
ENV A=1
COPY --from=build --chown=1:1 /out .
USER 10001
"""
API = Dockerfile("api")


@pytest.fixture(name="read")
def _read(tmp_path):
    """
    How an image of these layers is read.
    """

    def read(text=DOCKERFILE, layers=LAYERS, history=HISTORY, **settings):
        path = docker_archive(
            tmp_path / "image.tar",
            layers,
            history=history,
            **{**SETTINGS, **settings},
        )
        if text:
            (tmp_path / "api").mkdir(exist_ok=True)
            (tmp_path / "api/Dockerfile").write_text(text)
        with stored_image(str(path), platform=None) as stored:
            return built_image(
                stored, root=tmp_path, dockerfile=API if text else None
            )

    return read


class TestOrigins:
    def test_all(self, read):
        """
        Layers of the Dockerfile are told with line and stage, those of the
        base image are not.
        """
        assert [
            None,
            Origin("api/Dockerfile:2", None),
            Origin("api/Dockerfile:9", "build"),
        ] == [each.origin for each in read().layers]

    @pytest.mark.parametrize(
        ("instruction", "known"),
        [
            ("COPY /out .", True),
            ("COPY $OUT .", True),
            ("COPY <<EOF .\na\nEOF", True),
            ("COPY /other .", False),
            ("ADD /out .", False),
            ("RUN true", False),
        ],
    )
    def test_other_text(self, read, instruction, known):
        """
        Where image and Dockerfile differ, nothing is made up.
        """
        origin = read(f"FROM base\n{instruction}\n").layers[-1].origin

        assert known is (origin is not None)

    def test_no_dockerfile(self, read):
        """
        An image of somebody else's has no lines.
        """
        assert {None} == {each.origin for each in read(None).layers}

    def test_no_history(self, read):
        """
        An image that tells nothing about its layers has none either.
        """
        found = read(history=[])

        assert {("", None)} == {(e.command, e.origin) for e in found.layers}


class TestCommands:
    def test_readable(self, read):
        """
        What BuildKit adds is left out, and build arguments with it.
        """
        assert [
            "ADD rootfs.tar /",
            "RUN pip install x",
            "COPY --chown=1:1 /out .",
        ] == [each.command for each in read().layers]

    def test_other_shell(self, read):
        """
        Of a command in another shell, arguments cannot be told from it.
        """
        history = [{"created_by": "RUN |1 A=hunter2 /bin/bash -c x"}]

        assert "RUN" == read(history=history).layers[0].command


class TestReport:
    def test_text(self, read, tmp_path):
        """
        All is told, but no secret.
        """
        text = as_text(read(), None)

        assert text.replace(str(tmp_path), "") == (
            "/image.tar\n"
            "  platform: linux/amd64\n"
            "  size: 1.0 MiB (1,048,591 bytes)\n"
            f"  to pull: {_to_pull()}\n"
            "  wasted: 6 B (6 bytes), 0.0 %\n"
            "  efficiency: 100.00 %\n"
            "  user: 10001\n"
            '  entry point: ["python", "-m", "api"]\n'
            '  command: ["serve"]\n'
            "  folder: /app\n"
            "  ports: 8000/tcp\n"
            "  environment: PATH=/bin\n"
            "  environment: DB_PASSWORD=[secret]\n"
            "\n"
            "Layers\n"
            "  1      1.0 MiB  ADD rootfs.tar /\n"
            "                  2 new, 0 changed, 0 removed\n"
            "                  1.0 MiB /b\n"
            "                  4 B /etc/a\n"
            "  2         10 B  RUN pip install x\n"
            "                  1 new, 1 changed, 0 removed; "
            "api/Dockerfile:2\n"
            "                  8 B /lib/x\n"
            "                  2 B /etc/a\n"
            "  3          1 B  COPY --chown=1:1 /out .\n"
            "                  1 new, 0 changed, 0 removed; "
            "api/Dockerfile:9, from stage build\n"
            "                  1 B /srv/out\n"
            "\n"
            "Wasted\n"
            "           6 B  /etc/a, in 2 layers\n"
        )

    def test_bare(self, read):
        """
        What an image does not say is what Docker does then.
        """
        text = as_text(
            read(
                layers=[],
                history=[],
                **dict.fromkeys(SETTINGS),
            ),
            None,
        )

        assert (
            "  wasted: 0 B (0 bytes), 0.0 %\n"
            "  efficiency: 100.00 %\n"
            "  user: root\n"
            "  entry point: []\n"
            "  command: []\n"
            "  folder: /\n"
            "  ports: none\n"
            "\n"
            "Layers\n"
        ) == text[text.index("  wasted") :]

    def test_long_command(self, read):
        """
        Long commands are cut.
        """
        history = [{"created_by": f"RUN {'x' * 100}"}]
        lines = as_text(read(history=history), None).splitlines()

        assert f"  1      1.0 MiB  RUN {'x' * 67}…" in lines

    def test_terminal(self, read):
        """
        What an image says of itself does nothing to a terminal.
        """
        text = as_text(read(User="\x1b[2J", Env=["A=\u202eb"]), None)

        assert "  user: \\u001b[2J\n" in text
        assert "  environment: A=\\u202eb\n" in text

    def test_json(self, read):
        """
        Programs get numbers, and no secret either.
        """
        text = as_json(read(), None)
        content = json.loads(text)

        assert "hunter2" not in text
        assert (1048591, 6, None) == (
            content["size"],
            content["wasted"],
            content["since"],
        )
        assert {
            "place": "api/Dockerfile:9",
            "stage": "build",
        } == content["layers"][2]["origin"]


def _to_pull():
    size = sum(map(len, LAYERS))
    return f"{size / 2**20:.1f} MiB ({size:,} bytes)"


class TestDifference:
    def test_lines(self, read):
        """
        All that is different is told, and no value of a variable.
        """
        old = read(
            layers=[*LAYERS[:2], layer(("srv/out", b"123"))],
            User="root",
            Env=["PATH=/usr/bin", "OLD=hunter2"],
        )
        found = difference(old, read())

        assert (
            "size: -2 B (1,048,593 → 1,048,591 bytes)",
            "wasted: 6 → 6 bytes",
            "layers: 2 of 3 are the same",
            "user: 'root' → '10001'",
            "environment: PATH has another value",
            "environment: OLD is gone",
            "environment: DB_PASSWORD is new",
        ) == found.lines

    def test_words(self, read):
        """
        It stands at the end of the report.
        """
        old = read(Cmd=["work"])
        new = read()
        text = as_text(new, difference(old, new))

        assert text.endswith(
            f"\nSince {old.where}\n"
            "  size: +0 B (1,048,591 → 1,048,591 bytes)\n"
            "  wasted: 6 → 6 bytes\n"
            "  layers: 3 of 3 are the same\n"
            "  command: 'work' → 'serve'\n"
        )

    def test_same_variables(self, read):
        """
        What is the same is not told.
        """
        assert 3 == len(difference(read(), read()).lines)


class TestBudget:
    @pytest.mark.parametrize(
        ("limits", "some"),
        [
            ({}, False),
            ({"max_size": "1Mi"}, True),
            ({"max_waste": "0%"}, True),
        ],
    )
    def test_some(self, limits, some):
        """
        Without a limit there is nothing to hold.
        """
        assert some is has_budget(Dockerfile("api", **limits))

    def test_kept(self, read):
        """
        What is within its limits is fine.
        """
        limited = Dockerfile("api", max_size="2Mi", max_waste="0.1%")

        assert [] == [*over_budget(read(), limited, "api")]
        assert [] == [*over_budget(read(), API, "api")]

    def test_exceeded(self, read):
        """
        What is over a limit is told with what takes most of it.
        """
        limited = Dockerfile("api", max_size="1Mi", max_waste="0%")
        image = read()

        assert [
            (
                f"Image {image.where!r}: its files take 1.0 MiB, more than "
                "its max_size of 1Mi (image-size). Its largest layer is 'ADD "
                "rootfs.tar /' (1.0 MiB)."
            ),
            (
                f"Image {image.where!r}: 6 B, 0.0 % of it, is in several "
                "layers, more than its max_waste of 0% (image-waste). Most "
                "of it is /etc/a, in 2 layers: remove or change files in the "
                "instruction that makes them."
            ),
        ] == [str(each) for each in over_budget(image, limited, "api.proxy")]

    def test_line(self, read):
        """
        A layer of the Dockerfile is told with its line.
        """
        layers = [LAYERS[0], LAYERS[1], layer(("big", b"x" * 2**21))]
        limited = Dockerfile("api", max_size="1Mi")
        (found,) = over_budget(read(layers=layers), limited, "api")

        assert (
            "Its largest layer is 'COPY --chown=1:1 /out .' (2.0 MiB, "
            "api/Dockerfile:9)."
        ) == found.remedy


class TestSpec:
    @pytest.mark.parametrize(
        "percentage", ["0%", "5%", "99.5%", "100%", "0.25%"]
    )
    def test_right(self, percentage):
        """
        Percentages are taken.
        """
        assert Dockerfile("api", max_waste=percentage).max_waste == percentage

    @pytest.mark.parametrize(
        "percentage", ["", "5", "5 %", "101%", "-1%", "05%", "1e1%", 5.0]
    )
    def test_wrong(self, percentage):
        """
        Anything else is refused.
        """
        with pytest.raises(SpecError) as ei:
            Dockerfile("api", max_waste=percentage)

        assert (
            "Dockerfile 'api': max_waste must be a percentage from 0% to "
            f"100%, like '5%' (got {percentage!r})."
        ) == str(ei.value)

    def test_wrong_size(self):
        """
        So are sizes without a binary unit.
        """
        with pytest.raises(SpecError) as ei:
            Dockerfile("api", max_size="150MB")

        assert (
            "Dockerfile 'api': max_size must be a whole number followed by "
            "Ki, Mi, Gi, or Ti, like '10Gi' (got '150MB')."
        ) == str(ei.value)
