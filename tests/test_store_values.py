"""
What stores of one's own make of values that are known only at deployment.
"""

import base64
import itertools
import json
import string

import attrs
import pytest

from mizzen import (
    Backup,
    Credentials,
    Errand,
    External,
    FromStack,
    Image,
    Port,
    Server,
    SpecError,
    Store,
    Transform,
    Worker,
    percent_encoded,
    quoted,
    written,
)


ADVICE = (
    "is made of the words for a value that is known only at deployment, and "
    "would hold them in its place. Put text around the value by +, and have "
    "it written by a function, like quoted(value) or written(value, "
    "json.dumps)."
)


def right(text):
    """
    What reads nothing of *text*.
    """
    return "password=" + text


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Mq(Store):
    """
    A store that writes passwords by *how* where *by* says.
    """

    listens = (Port("mq", 7000, application="tcp"),)
    scheme = "mq"
    has_accounts = True
    restore = ("put-back",)

    how: object
    by: str = "files"

    def _text(self, by, text):
        return self.how(text) if by == self.by else right(text)

    def server(self, access):
        """
        A server that reads a file and a variable.
        """
        password = access.administrator.password
        return Server(
            image="acme/mq:1",
            data="/data",
            ready=["true"],
            args=["run", *self._words("args", password)],
            env={"LOGIN": self._text("env", password)},
            files={"mq.json": self._text("files", password)},
        )

    def _words(self, by, text):
        return [self.how(text)] if by == self.by else []

    def setup(self, access):
        """
        A program that reads the passwords of all accounts.
        """
        first = next(iter(access.accounts), access.administrator)
        return Errand(
            command=["set-up"],
            files={"accounts": self._text("setup", first.password)},
        )

    def dump(self, access):
        """
        A program that reads a variable.
        """
        password = access.administrator.password
        return Errand(
            command=["copy"], env={"LOGIN": self._text("dump", password)}
        )

    def address(self, access, account):
        """
        An address without a user.
        """
        return f"{access.port}:" + self._text("address", account.password)

    def further_settings(self, access):
        """
        The name of its host in other words.
        """
        return {"zone": self._text("further", access.host)}


@pytest.fixture(name="refused")
def _refused(desired):
    """
    Why a store and what uses it are refused.
    """

    def refused(how, **fields):
        store = Mq("it", version=1, disk="1Gi", how=how, **fields)
        user = Worker("beat", image=Image("acme/it:v1"), uses=[store])
        with pytest.raises(SpecError) as ei:
            desired(user, store)
        return ei.value

    return refused


class TestRead:
    @pytest.mark.parametrize(
        "how",
        [
            lambda text: json.dumps({"password": text}),
            lambda text: json.dumps({"password": "a" + quoted(text)}),
            lambda text: "\n".join(["[mq]", *[text]]),
            lambda text: "%s of %s" % (text, "mq"),  # noqa: UP031
            lambda text: string.Template("$p").substitute(p=text),
            lambda text: base64.b64encode(bytes(text, "utf-8")).decode(),
            lambda text: len(text) * "x",
            lambda text: "long" if "password" in text else "short",
            str,
        ],
        ids=[
            *("json", "sum", "lines", "percent", "template"),
            *("base64", "length", "condition", "text"),
        ],
    )
    def test_refused(self, refused, how):
        """
        No text is made of the words for a password, however it is made.
        """
        problems = refused(how).problems

        assert (f"Mq 'it': server: files 'mq.json' {ADVICE}",) == problems

    @pytest.mark.parametrize(
        ("by", "where"),
        [
            ("args", "server: args"),
            ("env", "server: env 'LOGIN'"),
            ("setup", "setup: files 'accounts'"),
            ("dump", "dump: env 'LOGIN'"),
            ("address", "connection: 'url'"),
        ],
    )
    def test_everywhere(self, refused, by, where):
        """
        Whatever a store answers is looked at.
        """
        backup = Backup("@daily", disk="1Gi")
        problems = refused(str, by=by, backup=backup).problems

        assert (f"Mq 'it': {where} {ADVICE}",) == problems

    def test_elsewhere(self, refused):
        """
        So is what others are told of a store that is managed elsewhere.
        """
        at = External(
            host=FromStack("acme/data/prod", "host"),
            credentials=Credentials(
                "app", FromStack("a/b/c", "d", secret=True)
            ),
        )
        problems = refused(str, by="further", at=at).problems

        assert (f"Mq 'it': further_settings: 'zone' {ADVICE}",) == problems

    def test_method(self, refused):
        """
        What reads letters is refused under the name of the method too.
        """
        error = refused(lambda text: text.strip(), by="address")

        assert (
            "Mq 'it': connection: A value that is known only at deployment "
            "cannot be read before, as by strip(). Put text around it by +, "
            "and have it written by a function, like written(value, "
            "json.dumps)."
        ) == str(error)

    def test_other_words(self, refused):
        """
        What fails for other words has read them.
        """

        def second(text):
            return str(text).split()[1]

        assert (f"Mq 'it': server: it {ADVICE}",) == refused(second).problems

    def test_changing(self, refused):
        """
        What is another text each time is told apart from it.
        """
        numbers = itertools.count()

        (problem,) = refused(lambda _: str(next(numbers))).problems

        assert (
            "Mq 'it': server: files 'mq.json' is another text each time. "
            "Leave out what changes by itself, or each deployment would "
            "restart what reads it."
        ) == problem

    @pytest.mark.parametrize(
        ("how", "filled"),
        [
            (lambda text: "a" + quoted(text) + "b", 'a"p\\"/"b'),
            (percent_encoded, "p%22%2F"),
            (
                lambda text: '{"password": ' + written(text, json.dumps) + "}",
                '{"password": "p\\"/"}',
            ),
            (
                lambda text: written(
                    text, lambda p: base64.b64encode(p.encode()).decode()
                ),
                "cCIv",
            ),
        ],
        ids=["quoted", "percent", "json", "base64"],
    )
    def test_written(self, desired, how, filled):
        """
        Functions write it at deployment.
        """
        made = desired(Mq("it", version=1, disk="1Gi", how=how))
        (secret,) = (m for m in made if m.role == "server-files")
        text = secret.body["stringData"]["mq.json"]

        assert filled == text.pieces.fill(lambda _: 'p"/')


class TestFields:
    @pytest.mark.parametrize(
        ("said", "text"),
        [
            (
                None,
                (
                    "connection must return text by field, like {'host': "
                    "access.host} (got 'NoneType')."
                ),
            ),
            (
                {"port": 7000},
                "connection 'port' must be text (got 'int').",
            ),
        ],
    )
    def test_refused(self, desired, said, text):
        """
        Others are told texts.
        """
        kind = attrs.frozen(kw_only=True, eq=False, repr=False)(
            type("Odd", (Mq,), {"connection": lambda *_: said})
        )
        with pytest.raises(SpecError) as ei:
            desired(kind("it", version=1, disk="1Gi", how=right))

        assert f"Odd 'it': {text}" == str(ei.value)


class TestWrittenOut:
    @pytest.mark.parametrize(
        "write",
        [lambda text: json.dumps({"a": text}), str],
        ids=["json", "text"],
    )
    def test_refused(self, db, desired, dev, write):
        """
        Nothing else that is deployed holds the words either, whoever writes
        them.
        """

        def told(body):
            body["stringData"]["more"] = write(body["stringData"]["password"])
            return body

        environment = attrs.evolve(dev, transforms=[Transform("Secret", told)])
        with pytest.raises(SpecError) as ei:
            desired(db, environment=environment)

        assert (
            "Secret 'db-administrator': stringData.more holds the words for "
            "a value that is known only at deployment, and not the value. "
            "Put text around it by +, like '…' + value + '…'."
        ) in ei.value.problems
