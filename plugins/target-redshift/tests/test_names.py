from __future__ import annotations

import pytest

from target_redshift.names import conform, distinct, with_suffix


@pytest.mark.parametrize(
    ("name", "conformed"),
    [
        ("costMicros", "cost_micros"),
        ("public-orders", "public_orders"),
        ("Id", "id"),
        ("userID", "user_id"),
        ("HTTPServer", "http_server"),
        ("utm2Source", "utm2_source"),
        ("SHOUTED", "shouted"),
        ("metrics.conversions", "metrics_conversions"),
        ('a "quoted" name', "a__quoted__name"),
        ("2nd", "_2nd"),
        ("", "_"),
        ("größe", "größe"),
        ("Größe", "größe"),
        ("gro\u0308ße", "größe"),
        ("名前", "名前"),
        ("हिन्दी नाम", "हिन्दी_नाम"),
        ("a🙂b", "a_b"),
        ("_sdc_x", "_sdc_x"),
    ],
)
def test_names_are_conformed(name: str, conformed: str) -> None:
    assert conform(name) == conformed


def test_a_long_name_is_cut_and_ends_in_a_hash() -> None:
    first, second = conform("x" * 70 + "a"), conform("x" * 70 + "b")
    assert len(first) == len(second) == 63
    assert first != second
    assert first.startswith("x" * 54 + "_")


def test_a_long_name_is_cut_between_characters() -> None:
    conformed = conform("ü" * 40)
    assert len(conformed.encode()) <= 63
    assert conformed.startswith("ü" * 27 + "_")


def test_63_bytes_stay() -> None:
    assert conform("y" * 63) == "y" * 63


def test_a_suffix_fits_as_well() -> None:
    assert with_suffix("price", "__str") == "price__str"
    assert len(with_suffix("z" * 63, "__str")) == 63
    assert with_suffix("z" * 63, "__str").endswith("__str")


def test_taken_and_system_names_get_a_number() -> None:
    assert distinct("a", {"a", "a_2"}) == "a_3"
    assert distinct("ctid", set()) == "ctid_2"
