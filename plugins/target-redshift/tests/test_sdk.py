"""The SDK's own tests of targets, each on a fresh database."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing.config import SuiteConfig
from singer_sdk.testing.runners import TargetTestRunner
from singer_sdk.testing.suites import target_tests
from singer_sdk.testing.target_tests import (
    TargetMultipleStateMessages,
    TargetRecordMissingKeyProperty,
)
from target_running import Warehouse, record, schema, state

from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from singer_sdk.testing.templates import TargetTestTemplate


@pytest.mark.parametrize("test", [*target_tests.tests, TargetRecordMissingKeyProperty])
def test_standard(test: type[TargetTestTemplate], warehouse: Warehouse) -> None:
    runner = TargetTestRunner(TargetRedshift, config=warehouse.config)
    try:
        test().run(SuiteConfig(), None, runner)
    finally:
        if runner.target_input:  # the SDK leaves it open
            runner.target_input.close()


def test_multiple_state_messages_give_the_last_one_covered(warehouse: Warehouse) -> None:
    runner = TargetTestRunner(TargetRedshift, config=warehouse.config)
    runner.input_filepath = TargetMultipleStateMessages().singer_filepath
    runner.sync_all()
    runner.target_input.close()
    assert runner.state_messages == [
        {"test_multiple_state_messages_a": 5, "test_multiple_state_messages_b": 6}
    ]


def test_about_needs_no_config(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        TargetRedshift.cli(["--about", "--format", "json"])
    assert ended.value.code == 0
    settings = json.loads(capsys.readouterr().out)["settings"]["properties"]
    assert {"engine", "host", "load_method", "on_invalid_record"} <= set(settings)
    assert settings["password"]["secret"] is True
    assert "batch_config" not in settings, "this loader writes no batch files"


def test_stream_maps_go_through_the_sdk(warehouse: Warehouse) -> None:
    warehouse.load(
        schema(
            "Users",
            {
                "id": {"type": "integer"},
                "email": {"type": "string"},
                "amount": {"type": "number"},
                "secret": {"type": "string"},
            },
            ["id"],
        ),
        '{"type": "RECORD", "stream": "Users", "record": {"id": 1, "email": "A@x.in",'
        ' "amount": 12345678901234567890.123456789, "secret": "s"}}',
        record("Users", {"id": 2, "email": "b@x.in", "amount": 1, "secret": "s"}),
        state({"at": 2}),
        stream_maps={
            "Users": {
                "__alias__": "people",
                "__filter__": "id == 1",
                "secret": None,
                "email": "email.lower()",
            }
        },
    )
    assert warehouse.query("select id, email, amount from raw.people") == [
        (1, "a@x.in", Decimal("12345678901234567890.123456789"))
    ]
    assert "secret" not in warehouse.columns("people")


def test_flattening_goes_through_the_sdk(warehouse: Warehouse) -> None:
    nested = {"type": "object", "properties": {"city": {"type": "string"}}}
    warehouse.load(
        schema("users", {"id": {"type": "integer"}, "home": nested}, ["id"]),
        record("users", {"id": 1, "home": {"city": "Pune"}}),
        flattening_enabled=True,
        flattening_max_depth=1,
    )
    assert warehouse.query("select id, home__city from raw.users") == [(1, "Pune")]
