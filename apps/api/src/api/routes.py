"""
What can be asked of the API.
"""

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from .indexes import Indexes
from .models import Index, IndexRequest, Problem, Value
from .stores import StoreAwayError, reaching
from .values import Values


# Up to so many digits a list has values in full.
LONGEST_IN_LIST = 1_000
LONGEST = 1_000_000


class Stores(NamedTuple):
    """
    Where the API keeps what it knows.
    """

    indexes: Indexes
    values: Values


def stores_of(request: Request) -> Stores:
    """
    The stores of the application that handles *request*.
    """
    stores: Stores = request.app.state.stores

    return stores


StoresOf = Annotated[Stores, Depends(stores_of)]

router = APIRouter()
values_router = APIRouter(
    prefix="/api/values",
    responses={
        HTTPStatus.UNPROCESSABLE_ENTITY: {"model": Problem},
        HTTPStatus.SERVICE_UNAVAILABLE: {"model": Problem},
    },
)


@values_router.post("", status_code=HTTPStatus.ACCEPTED)
async def request_value(
    wanted: IndexRequest, stores: StoresOf, response: Response
) -> Value:
    """
    Record an index and ask for its value.

    Once it is recorded it is never lost: what Redis or the worker lose is
    asked for again as soon as anybody looks.
    """
    async with reaching("Postgres", "The index was not recorded."):
        seen = await stores.indexes.record(wanted.index)
    async with reaching(
        "Redis", "The index is recorded and computed once Redis is back."
    ):
        [result] = await stores.values.look_up(
            [seen.index], longest=LONGEST_IN_LIST, again=True
        )
    response.headers["Location"] = f"/api/values/{seen.index}"

    return Value.of(seen, result)


@values_router.get("")
async def list_values(
    stores: StoresOf,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[Value]:
    """
    The indexes asked for last, the latest first, with their values.

    Values with more than 1,000 digits are shortened. The header
    ``X-Total-Count`` has the number of all indexes ever asked for.
    """
    async with reaching("Postgres"):
        seen, total = await stores.indexes.latest(limit)
    async with reaching("Redis"):
        results = await stores.values.look_up(
            (one.index for one in seen), longest=LONGEST_IN_LIST
        )
    response.headers["X-Total-Count"] = str(total)

    return [Value.of(*pair) for pair in zip(seen, results, strict=True)]


@values_router.get(
    "/{index}", responses={HTTPStatus.NOT_FOUND: {"model": Problem}}
)
async def get_value(index: Index, stores: StoresOf) -> Value:
    """
    One index and its whole value.
    """
    async with reaching("Postgres"):
        seen = await stores.indexes.find(index)
    if seen is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"Nobody asked for index {index} yet."
        )
    async with reaching("Redis"):
        [result] = await stores.values.look_up([index], longest=LONGEST)

    return Value.of(seen, result)


router.include_router(values_router)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """
    Whether the process serves, whatever its stores do.
    """
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(stores: StoresOf, response: Response) -> dict[str, str]:
    """
    Whether the stores can be reached, for people and monitoring.
    """
    checks = {
        "postgres": stores.indexes.latest(1),
        "redis": stores.values.look_up([], longest=1),
    }
    states = {}
    for name, check in checks.items():
        try:
            async with reaching(name.capitalize()):
                await check
            states[name] = "ok"
        except StoreAwayError as e:
            states[name] = str(e)
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE

    return states
