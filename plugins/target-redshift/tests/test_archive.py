"""The raw zone: every committed row is in a file that a manifest lists, once, and no other is."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from pyarrow import parquet as pq  # type: ignore[import-untyped]  # it has no types
from target_running import raw_record, record, schema, state

from target_redshift.archive_store import FolderStore, open_store
from target_redshift.errors import InputError, LoadError, WarehouseError
from target_redshift.settings import Settings
from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Warehouse

    from target_redshift.engine import Engine

USERS = schema("users", {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}}, ["id"])
LOGS = schema("logs", {"id": {"type": "integer"}})


def user(number: int, name: str = "a") -> dict[str, Any]:
    return record("users", {"id": number, "name": name})


def log(number: int) -> dict[str, Any]:
    return record("logs", {"id": number})


class Zone:
    """A raw zone in a folder, and what a reader finds there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = {"archive_url": str(folder)}
        self._root = folder / "raw" / "raw"

    def listed(self) -> set[str]:
        manifests = (self._root / "_manifests").glob("*.json")
        return {file for each in manifests for file in json.loads(each.read_text())["files"]}

    def files(self) -> set[str]:
        return {str(each.relative_to(self._root)) for each in self._root.rglob("*.parquet")}

    def rows(self, stream: str) -> list[dict[str, Any]]:
        files = sorted(each for each in self.listed() if each.startswith(f"{stream}/"))
        return [row for each in files for row in self._read(each).to_pylist()]

    def values(self, stream: str, column: str) -> list[Any]:
        return sorted(row[column] for row in self.rows(stream))

    def _read(self, file: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        return pq.ParquetFile(self._root / file).read()


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    return Zone(tmp_path / "zone")


def test_every_batch_is_a_file_of_its_stream_and_day(warehouse: Warehouse, zone: Zone) -> None:
    warehouse.load(
        *(USERS, LOGS, user(1), user(2), log(1), log(2), user(1, "b")),
        **zone.config,
        batch_size_rows=4,
    )
    assert zone.listed() == zone.files()
    today = datetime.now(UTC).date().isoformat()
    assert {each.rpartition("/")[0] for each in zone.files()} == {
        f"users/date={today}",
        f"logs/date={today}",
    }
    assert len(zone.files()) == 3
    assert zone.values("users", "name") == ["a", "a", "b"]
    assert zone.values("logs", "id") == [1, 2]


def test_values_are_typed_and_numbers_and_json_keep_their_digits(
    warehouse: Warehouse, zone: Zone
) -> None:
    kinds: dict[str, Any] = {
        "aText": {"type": "string"},
        "whole": {"type": "integer"},
        "number": {"type": "number"},
        "flag": {"type": "boolean"},
        "at": {"type": "string", "format": "date-time"},
        "local": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "clock": {"type": "string", "format": "time"},
        "object": {"type": "object"},
        "atext": {"type": "string"},
        "ctid": {"type": ["string", "null"]},
    }
    values = (
        r'{"aText": "a\tb\nc\rd\\e\\t None \"é\"", "whole": -5, "number": 12345678901234567890.50,'
        r' "flag": true, "at": "2026-11-22T12:17:00.5+05:30", "local": "2026-11-22 06:47:00",'
        r' "day": "2026-11-22", "clock": "06:47:00", "object": {"a": "x\\\"\n", "n": 1.50},'
        r' "atext": "None"}'
    )
    warehouse.load(schema("s", kinds), raw_record("s", values), record("s", {}), **zone.config)
    full, empty = zone.rows("s")
    metadata = {name: full.pop(name) for name in list(full) if name.startswith("_sdc")}
    assert full == {
        "a_text": 'a\tb\nc\rd\\e\\t None "é"',
        "whole": -5,
        "number": "12345678901234567890.50",
        "flag": True,
        "at": datetime(2026, 11, 22, 6, 47, 0, 500000, UTC),
        "local": datetime(2026, 11, 22, 6, 47, tzinfo=UTC),
        "day": date(2026, 11, 22),
        "clock": time(6, 47),
        "object": r'{"a": "x\\\"\n", "n": 1.50}',
        "atext": "None",
        "ctid_2": None,
    }
    assert metadata["_sdc_received_at"].tzinfo is not None
    assert not any(value for name, value in empty.items() if not name.startswith("_sdc"))


def test_a_batch_that_is_rolled_back_is_in_no_manifest(warehouse: Warehouse, zone: Zone) -> None:
    with pytest.raises(InputError):
        warehouse.load(LOGS, log(1), log(2), LOGS, "no json", **zone.config)
    assert zone.listed() == set()
    # The next run reads the same rows in batches of other sizes.
    warehouse.load(LOGS, log(1), log(2), log(3), batch_size_rows=2, **zone.config)
    assert zone.values("logs", "id") == [1, 2, 3]


def test_a_run_that_ends_before_its_commit_leaves_files_in_no_manifest(
    warehouse: Warehouse, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = warehouse.engine.commit
    # The first commit is of the table alone.
    is_last = iter((False, True))

    def fail(engine: Engine) -> None:
        if next(is_last):
            raise WarehouseError("gone")
        commit(engine)

    with monkeypatch.context() as patch:
        patch.setattr(warehouse.engine, "commit", fail)
        with pytest.raises(WarehouseError, match="gone"):
            warehouse.load(LOGS, log(1), log(2), batch_size_rows=9, **zone.config)
    [orphan] = zone.files()
    assert zone.listed() == set()
    warehouse.load(LOGS, log(1), log_state(1), **zone.config)
    warehouse.load(log_state(1), LOGS, log(2), **zone.config)
    assert zone.values("logs", "id") == [1, 2]
    assert orphan not in zone.listed()


def test_a_run_that_ends_after_its_commit_is_listed_by_the_next(
    warehouse: Warehouse, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FolderStore.put

    def fail(store: FolderStore, name: str, data: bytes) -> None:
        if name.endswith(".json"):
            raise WarehouseError("gone")
        put(store, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", fail)
        with pytest.raises(WarehouseError, match="gone"):
            warehouse.load(LOGS, log(1), log_state(1), **zone.config)
    assert warehouse.values("select id from raw.logs") == [1]
    assert zone.listed() == set()
    # Not even a run that brings nothing leaves it at that.
    warehouse.load(**zone.config)
    assert zone.values("logs", "id") == [1]
    warehouse.load(log_state(1), LOGS, log(2), **zone.config)
    warehouse.load(log_state(1), LOGS, log(3), **zone.config)
    assert zone.values("logs", "id") == [1, 2, 3]
    assert warehouse.values("select count(distinct manifest) from raw._sdc_archive") == [1]


def log_state(number: int) -> dict[str, Any]:
    return state({"bookmarks": {"logs": {"id": number}}})


def test_a_batch_that_is_read_again_from_the_same_state_is_the_same_file(
    warehouse: Warehouse, zone: Zone
) -> None:
    """As when the state of a run that was committed did not reach Meltano."""
    warehouse.load(LOGS, log(1), log_state(1), **zone.config)
    for _ in range(2):
        warehouse.load(log_state(1), LOGS, log(2), log(3), log_state(3), **zone.config)
    assert warehouse.values("select id from raw.logs order by id") == [1, 2, 2, 3, 3]
    assert zone.values("logs", "id") == [1, 2, 3]


def test_schemas_that_change_begin_new_files(warehouse: Warehouse, zone: Zone) -> None:
    wider = schema("logs", {"id": {"type": "integer"}, "new": {"type": ["string", "null"]}})
    warehouse.load(LOGS, log(1), wider, record("logs", {"id": 2, "new": "x"}), **zone.config)
    rows = zone.rows("logs")
    assert sorted((row["id"], row.get("new")) for row in rows) == [(1, None), (2, "x")]


def test_overwrite_lists_nothing_before_its_end(warehouse: Warehouse, zone: Zone) -> None:
    overwrite = {"load_method": "overwrite", "batch_size_rows": 1, **zone.config}
    with pytest.raises(InputError):
        warehouse.load(LOGS, log(1), log(2), "no json", **overwrite)
    assert zone.listed() == set()
    warehouse.load(LOGS, log(3), log(4), **overwrite)
    assert zone.values("logs", "id") == [3, 4]


def test_without_metadata_and_without_columns(warehouse: Warehouse, zone: Zone) -> None:
    warehouse.load(
        *(schema("one", {"a": {"type": ["string", "null"]}}), record("one", {"a": ""})),
        *(record("one", {"a": None}), record("one", {"a": "x"})),
        add_record_metadata=False,
        **zone.config,
    )
    assert [row["a"] for row in zone.rows("one")] == ["", None, "x"]


def test_a_folder_that_cannot_be_written_ends_the_run_before_the_commit(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="setting archive_url"):
        warehouse.load(LOGS, log(1), log_state(1), archive_url=str(tmp_path / "file"))
    assert warehouse.values("select count(*) from raw.logs") == [0]


@pytest.mark.parametrize(
    ("url", "is_good"),
    [("s3://bucket/prefix", True), ("gs://bucket", False), ("s3:///x", False)],
)
def test_the_setting_takes_a_bucket_or_a_folder(url: str, *, is_good: bool) -> None:
    needed = {"engine": "postgres", "user": "u", "password": "p", "database": "d"}
    config = TargetRedshift(config={**needed, "archive_url": url}).config
    settings = Settings.from_config(config)
    if is_good:
        open_store(settings)
    else:
        with pytest.raises(LoadError, match="setting archive_url"):
            open_store(settings)


def test_a_bucket(redshift_warehouse: Warehouse) -> None:
    bucket = redshift_warehouse.config["s3_bucket"]
    redshift_warehouse.load(LOGS, log(1), log(2), archive_url=f"s3://{bucket}/zone/one")
    with contextlib.closing(boto3.client("s3", region_name="us-east-1")) as client:
        found = client.list_objects_v2(Bucket=bucket, Prefix="zone/one/raw/raw/")["Contents"]
        [manifest] = [each["Key"] for each in found if each["Key"].endswith(".json")]
        files = json.loads(client.get_object(Bucket=bucket, Key=manifest)["Body"].read())["files"]
        bodies = [
            client.get_object(Bucket=bucket, Key=f"zone/one/raw/raw/{file}")["Body"].read()
            for file in files
        ]
    rows = [row for each in bodies for row in pq.read_table(io.BytesIO(each)).to_pylist()]
    assert [row["id"] for row in rows] == [1, 2]
