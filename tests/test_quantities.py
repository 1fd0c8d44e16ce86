"""
How memory, disks and processor time are written.
"""

import pytest

from hypothesis import given
from hypothesis import strategies as st

from mizzen.quantities import (
    BINARY_UNITS,
    number_of,
    parse_bytes,
    parse_millicores,
)


@given(st.integers(1, 2**40), st.sampled_from(sorted(BINARY_UNITS)))
def test_bytes(number, unit):
    """
    A unit stands for a power of 1024.
    """
    power = 1 + ["Ki", "Mi", "Gi", "Ti"].index(unit)

    assert number * 1024**power == parse_bytes(f"{number}{unit}")


@given(st.integers(1, 10**6))
def test_millicores(number):
    """
    A core is a thousand thousandths.
    """
    assert number == parse_millicores(f"{number}m")
    assert number * 1000 == parse_millicores(f"{number}")


@pytest.mark.parametrize("text", ["", "1", "1GB", "01Gi", "-1Gi", "1٣Gi"])
def test_no_bytes(text):
    """
    Anything else is refused with what it should be.
    """
    with pytest.raises(ValueError) as ei:
        parse_bytes(text)

    assert (
        "must be a whole number followed by Ki, Mi, Gi, or Ti, like '10Gi' "
        f"(got {text!r})"
    ) == str(ei.value)


@pytest.mark.parametrize("text", ["", "m", "0", "0.5", "1 m", "1k"])
def test_no_millicores(text):
    """
    Anything else is refused with what it should be.
    """
    with pytest.raises(ValueError) as ei:
        parse_millicores(text)

    assert (
        "must be thousandths of a core followed by m, like '250m', or whole "
        f"cores, like '2' (got {text!r})"
    ) == str(ei.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e3", 1000),
        ("1E", 10**18),
        ("8Ei", 2**63 - 1),
        ("-9E", -9 * 10**18),
        ("-10E", 1 - 2**63),
        ("1e5000", 2**63 - 1),
        (f"1e{'9' * 5000}", 2**63 - 1),
    ],
    ids=lambda value: str(value)[:9],
)
def test_number(text, number):
    """
    Numbers end where they do in Kubernetes, however they are written.
    """
    assert number == number_of(text)


def test_nearly_nothing():
    """
    A tiny number is one, too.
    """
    assert 0 < number_of(f"1e-{'9' * 5000}") < 1e-9
