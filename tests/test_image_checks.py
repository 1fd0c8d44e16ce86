"""
Dockerfiles: each rule sees what it is for, says what to do by file and line,
and keeps quiet otherwise.
"""

import pytest

from mizzen import (
    OFF,
    App,
    Container,
    Dockerfile,
    Environment,
    Service,
    Stack,
    compile_app,
)
from mizzen.image_checks import RULES, dockerfile_findings


GOOD = """\
FROM python:3.13-slim@sha256:5eed AS base
COPY requirements.txt .
RUN pip install --requirement requirements.txt
COPY src src
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "api"]
"""


@pytest.fixture(name="found")
def _found(tmp_path):
    """
    The findings about a Dockerfile of a service.
    """
    context = tmp_path / "api"
    for path in ("requirements.txt", "src/api.py", "src/deep/a.txt", ".env"):
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_text("")
    (context / ".dockerignore").write_text(".env\n")

    def found(text, *, args=None, **settings):
        (context / "Dockerfile").write_text(text)
        image = Dockerfile("api", args=args or {})
        api = Service(
            "api", image=image, port=8000, health="/healthz", **settings
        )
        app = App("shop", edition="2026", parts=[api])
        dev = Environment("dev")
        stack = Stack("dev", environment="dev", root=tmp_path)
        manifests = compile_app(app, dev, stack)

        return [
            str(finding)
            for build in manifests.builds.values()
            for finding in dockerfile_findings(
                app, dev, stack, manifests, build
            )
        ]

    return found


def test_good(found):
    """
    In a good Dockerfile nothing is found.
    """
    assert [] == found(GOOD)


def test_ids():
    """
    Each rule has a name of its own and a statement.
    """
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.find.__doc__ for rule in RULES)


BASE = "FROM a:1@sha256:5eed\n"


class TestCopySource:
    @pytest.mark.parametrize(
        "line",
        [
            "COPY . .",
            "COPY ./src/ /app/",
            "COPY /src /app",
            "COPY src/*.py requirements.txt /app/",
            "COPY s?c/deep /app",
            'COPY ["src", "/app"]',
            "COPY --from=a:1 /gone /app",
            "COPY <<EOF /app\ngone\nEOF",
            "COPY $WHERE /app",
            "ADD https://example.com/gone.tar /app",
            "ADD git@example.com:acme/gone.git /app",
            "ARG WHERE=src\nCOPY $WHERE /app",
            "ENV WHERE=src\nCOPY ${WHERE}/deep /app",
            "ENV WHERE=$GONE\nCOPY ${WHERE} /app",
        ],
    )
    def test_there(self, found, line):
        """
        What is there, what comes from elsewhere and what is not known is
        no mistake.
        """
        said = "\n".join(found(f"{BASE}{line}\n"))

        assert "(copy-source)" not in said

    @pytest.mark.parametrize(
        ("line", "number", "named"),
        [
            ("COPY gone /app", 2, "COPY of 'gone'"),
            ("COPY src gone* /app", 2, "COPY of 'gone*'"),
            ("COPY src/* gone/x /app", 2, "COPY of 'gone/x'"),
            ("COPY *.py /app", 2, "COPY of '*.py'"),
            ("COPY .env /app", 2, "COPY of '.env'"),
            ("ADD gone.tar /", 2, "ADD of 'gone.tar'"),
            ("ARG WHERE\nCOPY x$WHERE /app", 3, "COPY of 'xgiven'"),
            ("ARG WHERE=a\nCOPY x$WHERE /app", 3, "COPY of 'xgiven'"),
        ],
    )
    def test_gone(self, found, line, number, named):
        """
        What is not there, or excluded, is told by its line.
        """
        said = found(f"{BASE}{line}\n", args={"WHERE": "given"})

        assert (
            f"api/Dockerfile:{number}: {named}, which is not in the build "
            "context api, or its .dockerignore excludes it (copy-source). "
            "Correct the path, or take it from .dockerignore."
        ) in said

    def test_argument_of_all(self, found):
        """
        An argument before the first stage is one of a stage that asks for
        it.
        """
        text = f"ARG WHERE=src\nARG OTHER\n{BASE}ARG WHERE\nCOPY $WHERE /a\n"

        assert "(copy-source)" not in "\n".join(found(text))


class TestSecrets:
    def test_variable(self, found):
        """
        A secret in a variable is told by its name alone.
        """
        said = found(f"{BASE}ENV A=1 DB_PASSWORD=hunter2\n")

        assert (
            "api/Dockerfile:2: ENV DB_PASSWORD holds what looks like a "
            "secret, and whoever can pull the image can read it "
            "(secret-in-image). Set env on the part to FromConfig(…, "
            "secret=True)."
        ) in said
        assert "hunter2" not in str(said)

    @pytest.mark.parametrize("argument", ["NPM_TOKEN", "NPM_TOKEN=hunter2"])
    def test_argument(self, found, argument):
        """
        So is one in an argument, whoever gives it.
        """
        assert (
            "api/Dockerfile:2: ARG NPM_TOKEN holds what looks like a secret, "
            "and whoever can pull the image can read it (secret-in-image). "
            "Mount it: RUN --mount=type=secret,id=npm_token …."
        ) in found(f"{BASE}ARG {argument}\n")

    def test_file(self, found):
        """
        Where a secret is may be told.
        """
        said = found(f"{BASE}ENV PASSWORD_FILE=/run/x\nARG VERSION=1\n")

        assert "(secret-in-image)" not in "\n".join(said)


class TestShellForm:
    @pytest.mark.parametrize(
        ("line", "named"),
        [
            ("ENTRYPOINT python -m api", "ENTRYPOINT"),
            ("CMD python -m api", "CMD"),
            ('ENTRYPOINT ["sh", "-c", "python -m api"]', "ENTRYPOINT"),
            ('CMD a\nENTRYPOINT ["a"]\nENTRYPOINT a', "ENTRYPOINT"),
        ],
    )
    def test_shell(self, found, line, named):
        """
        A shell gets the signal instead of the program.
        """
        number = 1 + len(f"{BASE}{line}".splitlines()) - 1

        assert (
            f"api/Dockerfile:{number}: {named} starts a shell, which hands "
            "no signal on: the program does not learn that its pod ends, "
            "and is killed (shell-form). Write it as a list, like "
            f'{named} ["python", "-m", "api"].'
        ) in found(f"{BASE}{line}\n")

    @pytest.mark.parametrize(
        "line",
        [
            'ENTRYPOINT ["python", "-m", "api"]\nCMD serve',
            "ENTRYPOINT exec python -m api",
            'CMD ["sh", "-c", "exec python -m api"]',
            'CMD ["sh", "start.sh"]',
            "RUN true",
        ],
    )
    def test_program(self, found, line):
        """
        A program that is started itself, or takes the shell's place, gets
        it.
        """
        assert "(shell-form)" not in "\n".join(found(f"{BASE}{line}\n"))

    def test_handed_down(self, found):
        """
        What a stage starts from says what runs, too.
        """
        text = f"{BASE.strip()} AS base\nCMD a\nFROM base\nUSER 10001\n"

        assert found(text)[0].startswith(
            "api/Dockerfile:2: CMD starts a shell"
        )

    def test_other_command(self, found):
        """
        What is not run does not matter.
        """
        said = found(f"{BASE}CMD a b\n", command=["python"])

        assert "(shell-form)" not in "\n".join(said)


class TestBaseImages:
    @pytest.mark.parametrize(
        ("text", "line", "image"),
        [
            ("FROM python\n", 1, "python"),
            ("FROM python:latest\n", 1, "python:latest"),
            ("ARG A=python\nFROM $A\n", 2, "python"),
            (f"{BASE}COPY --from=golang /x /y\n", 2, "golang"),
            (f"{BASE}COPY --from=2 /x /y\n", 2, "2"),
            (f"{BASE}RUN --mount=type=bind,from=golang true\n", 2, "golang"),
        ],
    )
    def test_latest(self, found, text, line, image):
        """
        What is the latest is not known tomorrow.
        """
        assert (
            f"api/Dockerfile:{line}: image {image!r} does not tell which "
            "version is built on (base-image-latest). Give it the tag of a "
            "version, or a digest."
        ) in found(text)

    def test_given(self, found):
        """
        An argument may be given by the spec.
        """
        text = "ARG A=python\nFROM $A\n"

        assert "(base-image-latest)" not in "\n".join(
            found(text, args={"A": "python:3.13@sha256:5eed"})
        )

    def test_tag(self, found):
        """
        What a tag stands for can be exchanged.
        """
        assert (
            "api/Dockerfile:1: image 'python:3.13' is pinned by a tag, which "
            "its publisher can move, and the same sources then build another "
            "image (base-image-digest). Give it a digest, like "
            "python:3.13@sha256:…."
        ) in found("FROM python:3.13\n")

    @pytest.mark.parametrize(
        "text",
        [
            "FROM scratch\n",
            "FROM $GIVEN\n",
            f"{BASE.strip()} AS Base\nFROM base\n",
            f"{BASE}FROM scratch\nCOPY --from=0 /a /a\n",
        ],
    )
    def test_no_image(self, found, text):
        """
        Stages, nothing at all, and what is not known are no images of
        others.
        """
        assert "base-image" not in "\n".join(found(text))


class TestDependencies:
    @pytest.mark.parametrize(
        "command",
        [
            "pip install -r requirements.txt",
            "npm ci",
            "cd src && npm --silent install",
            "apt-get -y install curl",
            "uv sync --frozen",
            "go mod download",
        ],
    )
    def test_late(self, found, command):
        """
        Dependencies after the sources are installed again and again.
        """
        assert (
            "api/Dockerfile:4: dependencies are installed after the sources "
            "of line 2 are copied, and so again with each change of them "
            "(dependencies-first). Copy the lists of dependencies alone, "
            "install, and copy the sources then."
        ) in found(f"{BASE}COPY src src\nCOPY . .\nRUN {command}\n")

    @pytest.mark.parametrize(
        "lines",
        [
            "COPY requirements.txt .\nRUN pip install -r requirements.txt",
            "RUN npm ci\nCOPY src src",
            "COPY src src\nRUN pip install .",
            "COPY src src\nRUN pip install --no-deps .[all]",
            "COPY src src\nRUN make install",
            "COPY $GIVEN src\nRUN npm ci",
            "COPY src src\nFROM a:1\nRUN npm ci",
        ],
    )
    def test_early(self, found, lines):
        """
        What is installed before, or is the sources itself, is fine.
        """
        assert "(dependencies-first)" not in "\n".join(
            found(f"{BASE}{lines}\n")
        )


class TestUser:
    def test_other(self, found):
        """
        An image that is made for another user than runs it is told.
        """
        assert [
            (
                "api/Dockerfile:3: the image is made for user 1000, but "
                "container 'api' runs as 10001 (user-differs). Set USER "
                "10001, or user on Service 'api'."
            )
        ] == found(f"{BASE}USER 5\nUSER 1000:1000\n")

    def test_name(self, found):
        """
        Kubernetes cannot tell whom a name means.
        """
        assert [
            (
                "api/Dockerfile:2: USER 'node' is a name, which Kubernetes "
                "cannot tell from root's (user-name). Set it to a number, "
                "like USER 10001."
            )
        ] == found(f"{BASE}USER node\n")

    @pytest.mark.parametrize("line", ["USER 10001", "USER $ID", "RUN true"])
    def test_fitting(self, found, line):
        """
        The same user, and one that is not known, is fine.
        """
        assert [] == found(f"{BASE}{line}\n")

    def test_own(self, found):
        """
        What `mizzen check` finds about users and ports stands at the line
        that decides about it.
        """
        said = found(
            f"{BASE}USER root\nEXPOSE 80\nEXPOSE 81\n",
            user=OFF,
            sidecars=[Container("proxy", image=Dockerfile("api"), port=9000)],
        )

        assert [
            ("api/Dockerfile:2", "(runs-as-root)"),
            ("api/Dockerfile:4", "(dockerfile-port)"),
        ] == sorted(
            {
                (each.partition(": ")[0], word)
                for each in said
                for word in each.replace(".", " ").split()
                if word in ("(runs-as-root)", "(dockerfile-port)")
            }
        )

    def test_nobody(self, found):
        """
        Without a user it is the base image that decides.
        """
        said = found(BASE, user=OFF)

        assert [
            (
                "api/Dockerfile:1: container 'api' runs as whatever user "
                "'a:1@sha256:5eed' has, because its Dockerfile sets none "
                "(image-user). Set USER in the Dockerfile to a number, like "
                "USER 10001."
            )
        ] == said
