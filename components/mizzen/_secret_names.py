"""
Names that say of their values that they are secrets, and values that look
like secrets whatever their names are.
"""

import functools
import re

from collections.abc import Iterator, Sequence


_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# The words around may be written as one: PGPASSWORD.
_SECRET_WORD = re.compile(
    ".*(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|CREDENTIAL)S?"
)
_PASSWORD_WORD = re.compile(".*(PASSWORD|PASSWD|PASSPHRASE)")
# These are secrets of somebody: MYSQL_PWD, and not PWD, the folder.
_LAST_WORDS = re.compile("PASS|PWD|AUTH|PAT")
_KEY_OF_SECRETS = re.compile(
    "ACCESS|AES|API|ENCRYPTION|FERNET|HMAC|JWT|LICENSE|MASTER|PRIVATE|"
    "SECRET|SESSION|SIGNING"
)
# Among the values of charts, all other secrets are names of Secrets.
_SECRET_OF = re.compile(
    "API|APP|CLIENT|CONSUMER|COOKIE|HMAC|JWT|MASTER|SESSION|SHARED|SIGNING|"
    "WEBHOOK"
)
# What anybody may know, and what names the secrets of others.
_HARMLESS_WORDS = frozenset({"EXISTING", "PUBLIC"})
_HARMLESS_ENDINGS = re.compile(
    "ALGORITHM|ARN|AUDIENCE|BACKEND|BUCKET|CLASS|COLUMN|COMMAND|COOKIE|COST|COUNT|"
    "DAYS|DIR|DRIVER|ENABLED|ENCRYPTION|ENDPOINT|EXPIRY|FIELD|FILE|FOLDER|"
    "FORMAT|HASHER|HEADERS?|HELPER|HOST|HOURS|ID|INTERVAL|ISSUER|LENGTH|"
    "LIFETIME|LIMIT|MANAGER|METHOD|MINUTES|MODE|NAME|NAMESPACE|PATH|POLICY|"
    "PORT|PREFIX|PROVIDER|RATE|REALM|REF|REGEX|REGION|REQUIRED|SCOPE|SECONDS|"
    "SERVER|SERVICE|SIZE|STORE|SUFFIX|TIMEOUT|TTL|TYPE|URI|URL|USER|"
    "USERNAME|VALIDATORS?|VERSION"
)
# Longer numbers are no amounts, and no password is that short.
_AMOUNT = re.compile("[+-]?[0-9.]{1,7}")
_SHORT_AMOUNT = re.compile("[+-]?[0-9.]{1,3}")
_NO_SECRET = re.compile("|true|false|yes|no|on|off|null|none", re.IGNORECASE)
# What is filled in elsewhere: $(VARIABLE), ${VARIABLE}, {{ value }}.
_REFERENCE = re.compile(r"\$[({]|\$[A-Z_][A-Z0-9_]*$|\{\{|`[^`]*`$")
# The same in a text that a program fills in, like SQL or a script.
_BLANK = re.compile(r"\?|%s|%\(\w+\)s|:\w+|\$\w+|\*+|\{\w*\}|<[^<>]*>")
# Where the key is, and not the key.
_KEPT_AT = re.compile(r"/(?:etc|mnt|opt|run|secrets?|srv|var)/[\w./-]+")
# The group is the secret; where there is none, the whole is.
_LOOK = re.compile(
    r"(?<![\w+.-])[A-Za-z][\w+.-]*://[^/\s:@]*:([^/\s@]+)@"
    r"|(?<![^\s\"'=])[^/\s:@\"'=]+:([^\s@]+)@(?:tcp|unix)\("
    r"|(?i:;\s*(?:password|pwd)\s*=\s*)([^;\s\"'][^;\s]*)"
    r"|(?i:\A\s*(?:password|pwd)\s*=\s*)([^;\s\"'][^;\s]*);"
    r"|(?i:[?&](?:password|passwd|pwd|(?:\w+_)?token|api_?key|secret)=)"
    r"([^&\s\"'#]+)"
    r"|(?i:\bauthorization\s*:\s*(?:basic|bearer)\s+)([^\s\"']+)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*)"
    r"|\b(?:gh[opsur]_|github_pat_|glpat-)\w{16,}"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bxox[abeoprs]-[0-9A-Za-z-]{8,}"
    r"|\bhooks\.slack\.com/(?:services|triggers|workflows)/([\w/-]{8,})"
    r"|\b[rs]k_(?:live|test)_\w{8,}"
    r"|\bsk-(?:(?:admin|ant|proj|svcacct)-[\w-]{8,}|[0-9A-Za-z]{32,})"
    r"|\bAIza[\w-]{16,}"
    r"|\bnpm_[0-9A-Za-z]{16,}"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"
)
# One name and one value in a text: of a file, or of an argument.
# Prose goes on after a colon and a word, and addresses have more of them.
_ASSIGNMENT = re.compile(
    r"(?<![\w.$:/-])[\"']?(?P<name>-{0,2}[A-Za-z][\w.-]*)[\"']?[ \t]*"
    r"(?:=|(?P<colon>:))[ \t]*"
    r"(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|"
    r"(?P<plain>‹[^‹›]*›|`[^`\n]*`|[^\s,;\"'(){}\[\]<>$]++(?![(\[]))"
    r"(?(colon)(?=[ \t\r]*(?:[\"',;}\])#\n]|\Z))))"
)


def _speaks_of_secrets(name: str) -> bool:
    words = [word.upper() for word in _WORD.findall(name)]
    if (
        not words
        or not _HARMLESS_WORDS.isdisjoint(words)
        or _HARMLESS_ENDINGS.fullmatch(words[-1])
    ):
        return False
    *before, last = words
    if last in ("KEY", "KEYS"):
        return bool(before and _KEY_OF_SECRETS.fullmatch(before[-1]))

    if last == "PASS" or (before and _LAST_WORDS.fullmatch(last)):
        return True
    return any(map(_SECRET_WORD.fullmatch, words))


def _may_be_secret(value: str) -> bool:
    return not (
        _NO_SECRET.fullmatch(value)
        or _REFERENCE.match(value)
        or _KEPT_AT.fullmatch(value)
    )


def _is_amount(name: str, value: str) -> bool:
    """
    Whether a number counts or measures something: what ends like a password
    is one, unless it is very short.
    """
    last = [word.upper() for word in _WORD.findall(name)][-1:]
    password = any(map(_PASSWORD_WORD.fullmatch, last))
    amounts = _SHORT_AMOUNT if password else _AMOUNT

    return bool(amounts.fullmatch(value))


def _is_named_secret(name: str, value: str) -> bool:
    return (
        _may_be_secret(value)
        and _speaks_of_secrets(name)
        and not _is_amount(name, value)
    )


def is_secret(name: str, value: str) -> bool:
    """
    Whether a variable holds what looks like a secret.

    >>> is_secret("dbPassword", "hunter2"), is_secret("PASSWORD_FILE", "/x")
    (True, False)
    >>> is_secret("STORE", "redis://:hunter2@cache")
    True
    """
    return _is_named_secret(name, value) or bool(looking_secret(value))


def names_secret(name: str) -> bool:
    """
    Whether a value of a chart is the name of a Secret, as far as its own
    name tells.

    >>> names_secret("tlsSecret"), names_secret("clientSecret")
    (True, False)
    >>> names_secret("passwordSecretKey"), names_secret("secretKey")
    (True, False)
    """
    words = [word.upper() for word in _WORD.findall(name)]
    *_, first, before, last = ["", "", "", *words]
    if before == "SECRET" and last in ("KEY", "KEYS"):
        # Which of its keys: a password or what else is a secret.
        return bool(_SECRET_WORD.fullmatch(first))
    return last in ("SECRET", "SECRETS") and not _SECRET_OF.fullmatch(before)


# Most texts stand in many objects.
@functools.lru_cache
def looking_secret(text: str) -> tuple[str, ...]:
    """
    What looks like a secret within *text*, whatever it belongs to.

    >>> looking_secret("jdbc:postgresql://api:hunter2@db/app")
    ('hunter2',)
    """
    found = (match[match.lastindex or 0] for match in _LOOK.finditer(text))
    return tuple(
        each
        for each in found
        if _may_be_secret(each) and not _BLANK.fullmatch(each)
    )


def assigned_secrets(text: str) -> Iterator[str]:
    """
    The secrets that *text*, like a file of settings, gives names to, and
    what looks like one.

    >>> list(assigned_secrets("user = api\\npassword = hunter2"))
    ['hunter2']
    """
    yield from looking_secret(text)
    for match in _ASSIGNMENT.finditer(text):
        value = match["double"] or match["single"] or match["plain"] or ""
        named = _is_named_secret(match["name"], value)
        if named and not _BLANK.fullmatch(value):
            yield value


def argument_secrets(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """
    The secrets on a command line, each with the number of its word.

    >>> list(argument_secrets(["--user", "api", "--password", "hunter2"]))
    [(3, 'hunter2')]
    """
    for number, word in enumerate(words):
        for secret in assigned_secrets(word):
            yield number, secret
        option = words[number - 1] if number else ""
        if (
            option.startswith("--")
            and not word.startswith("-")
            and is_secret(option, word)
        ):
            yield number, word
