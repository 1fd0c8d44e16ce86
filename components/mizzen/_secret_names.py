"""
Environment variables whose names or values say that they hold secrets.
"""

import re


_SECRET_WORDS = re.compile(
    "PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|CREDENTIALS"
)
_HARMLESS_ENDINGS = re.compile(
    "ALGORITHM|COUNT|DIR|ENABLED|EXPIRY|FILE|FOLDER|HEADERS?|HOST|ID|ISSUER|"
    "LENGTH|LIMIT|MINUTES|NAME|PATH|POLICY|PREFIX|SECONDS|SIZE|TTL|TYPE|URI|"
    "URL|USER|VERSION"
)
_URL_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@")


def is_secret(name: str, value: str) -> bool:
    """
    Whether a variable holds what looks like a secret.

    >>> is_secret("DB_PASSWORD", "hunter2"), is_secret("PASSWORD_FILE", "/x")
    (True, False)
    """
    if _URL_WITH_PASSWORD.match(value):
        return True
    words = name.upper().split("_")
    if (
        not value
        or "PUBLIC" in words
        or _HARMLESS_ENDINGS.fullmatch(words[-1])
    ):
        return False

    return words[-1] == "KEY" or any(map(_SECRET_WORDS.fullmatch, words))
