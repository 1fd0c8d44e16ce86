"""
What becomes of errors: a status and a reason in words.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from .stores import StoreAwayError


async def refuse(
    request: Request, error: RequestValidationError
) -> JSONResponse:
    """
    Say what is wrong with a request.
    """
    return JSONResponse(
        {"detail": " ".join(map(in_words, error.errors()))},
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def in_words(finding: Mapping[str, Any]) -> str:
    """
    One of the validator's findings, for users.
    """
    if finding["type"] == "value_error":
        return str(finding["ctx"]["error"])

    place = ".".join(map(str, finding["loc"]))
    return f"{place}: {finding['msg']}."


async def apologize(request: Request, error: StoreAwayError) -> JSONResponse:
    """
    Say which store is away.
    """
    return JSONResponse(
        {"detail": str(error)},
        status_code=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": "2"},
    )


async def admit(request: Request, error: Exception) -> JSONResponse:
    """
    Admit a mistake of our own; the log has the details.
    """
    return JSONResponse(
        {"detail": "Something went wrong in the API."},
        status_code=HTTPStatus.INTERNAL_SERVER_ERROR,
    )


HANDLERS: dict[Any, Any] = {
    RequestValidationError: refuse,
    StoreAwayError: apologize,
    Exception: admit,
}
