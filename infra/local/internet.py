"""
What of the open internet can be reached.
"""

import ssl

import httpx


_PATIENCE_SECONDS = 3.0


def client(seconds: float = _PATIENCE_SECONDS) -> httpx.Client:
    """
    A client that trusts whom this machine trusts, and gives up after
    *seconds* without progress.
    """
    return httpx.Client(
        verify=ssl.create_default_context(),
        timeout=seconds,
        follow_redirects=True,
    )


def answers(url: str, *statuses: int) -> bool:
    """
    Whether *url* answers with success or with one of *statuses*.
    """
    try:
        with client() as reaching:
            response = reaching.head(url)
    except httpx.HTTPError:
        return False

    return response.is_success or response.status_code in statuses
