"""BATCH messages: files of records, in their place in the order of the stream."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from target_running import record, schema, state

from target_redshift.errors import LoadError

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Warehouse

USERS = schema("users", {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}}, ["id"])


def user(number: int, name: str) -> dict[str, Any]:
    return record("users", {"id": number, "name": name})


def users(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The table's rows; none if it is not there."""
    if "users" not in warehouse.tables():
        return []
    return warehouse.query("select id, name from raw.users order by id, name")


class TestBatches:
    def write(self, path: Path, records: list[Any], *, compress: bool = False) -> str:
        text = "".join(
            (each if isinstance(each, str) else json.dumps(each)) + "\n" for each in records
        )
        path.write_bytes(gzip.compress(text.encode()) if compress else text.encode())
        return path.as_uri()

    def batch(self, *urls: str, compression: str | None = None, **more: object) -> dict[str, Any]:
        encoding = {"format": "jsonl", "compression": compression}
        return {
            "type": "BATCH",
            "stream": "users",
            "encoding": encoding,
            "manifest": urls,
            **more,
        }

    def test_files_are_loaded_in_the_order_of_the_stream(
        self, warehouse: Warehouse, tmp_path: Path
    ) -> None:
        first = self.write(tmp_path / "1.jsonl", [{"id": 1, "name": "b"}, {"id": 2, "name": "b"}])
        second = self.write(
            tmp_path / "2.jsonl.gz", [{"id": 2, "name": "c"}, {"id": 3, "name": "c"}], compress=True
        )
        states = warehouse.load(
            USERS,
            user(1, "a"),
            user(9, "a"),
            self.batch(first),
            user(2, "x"),
            self.batch(second, compression="gzip", version=5),
            user(3, "d"),
            state({"s": 1}),
        )
        assert users(warehouse) == [(1, "b"), (2, "c"), (3, "d"), (9, "a")]
        versions = warehouse.values("select _sdc_table_version from raw.users where id = 2")
        assert versions == [5]
        assert states == [{"s": 1}]

    def test_their_values_pass_the_same_checks(self, warehouse: Warehouse, tmp_path: Path) -> None:
        url = self.write(
            tmp_path / "1.jsonl",
            ["", '{"id": 1, "name": "a\\u0000", "x": 1}', '{"id": 9223372036854775808}'],
        )
        warehouse.load(USERS, self.batch(url))
        assert users(warehouse) == [(1, "a\ufffd"), (2**63, None)]

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ('{"id": "x"}', 'Line 2 of the batch file 1.jsonl, stream "users", record id='),
            ("{", "Line 2 of the batch file 1.jsonl is no JSON"),
            ('{"id": 1}, "version": 3', "Line 2 of the batch file 1.jsonl is no JSON"),
            ('{"id": 1, "name": NaN}', 'Line 2 of the batch file 1.jsonl.*"name": NaN'),
        ],
    )
    def test_bad_lines_are_named(
        self, warehouse: Warehouse, tmp_path: Path, line: str, told: str
    ) -> None:
        url = self.write(tmp_path / "1.jsonl", [{"id": 1}, line])
        with pytest.raises(LoadError, match=told):
            warehouse.load(USERS, self.batch(url))

    def test_a_file_that_is_not_there_is_named(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match=r'Line 2 .* file "gone.jsonl" cannot be read'):
            warehouse.load(USERS, self.batch("file:///nowhere/gone.jsonl"))

    def test_other_formats_are_named(self, warehouse: Warehouse) -> None:
        message = self.batch() | {"encoding": {"format": "parquet"}}
        with pytest.raises(LoadError, match="BATCH of 'parquet' files"):
            warehouse.load(USERS, message)

    def test_they_pass_stream_maps(self, warehouse: Warehouse, tmp_path: Path) -> None:
        url = self.write(tmp_path / "1.jsonl", [{"id": 1, "name": "b"}])
        maps = {"users": {"name": "name.upper()"}}
        warehouse.load(USERS, self.batch(url), stream_maps=maps)
        assert users(warehouse) == [(1, "B")]

    def test_a_byte_order_mark_and_a_last_line_without_an_end(
        self, warehouse: Warehouse, tmp_path: Path
    ) -> None:
        path = tmp_path / "1.jsonl"
        path.write_bytes(b'\xef\xbb\xbf{"id": 1}\r\n\r\n{"id": 2}')
        warehouse.load(USERS, self.batch(path.as_uri()))
        assert users(warehouse) == [(1, None), (2, None)]

    def test_what_is_invalid_is_put_aside(self, warehouse: Warehouse, tmp_path: Path) -> None:
        records = [{"id": 1}, {"id": "x"}, '{"id": NaN}', {}, "[]", {"id": 2}]
        url = self.write(tmp_path / "1.jsonl", records)
        quarantine = {"on_invalid_record": "quarantine", "max_rejected": 4}
        warehouse.load(USERS, self.batch(url), user(3, "a"), **quarantine)
        assert warehouse.values("select id from raw.users order by id") == [1, 2, 3]
        rejected = warehouse.query("select line_number, record from raw.users__rejected order by 1")
        assert rejected == [(2, '{"id": "x"}'), (3, '{"id": NaN}'), (4, "{}"), (5, "[]")]

    @pytest.mark.parametrize("cut", [1, 9, 40])
    def test_a_file_that_was_cut_off_is_named(
        self, warehouse: Warehouse, tmp_path: Path, cut: int
    ) -> None:
        path = tmp_path / "1.jsonl.gz"
        records = [{"id": n, "name": f"{n * n}"} for n in range(500)]
        self.write(path, records, compress=True)
        path.write_bytes(path.read_bytes()[:-cut])
        with pytest.raises(LoadError, match=r'Line 2 .* file "1\.jsonl\.gz" cannot be read'):
            warehouse.load(USERS, self.batch(path.as_uri(), compression="gzip"))
        assert users(warehouse) == []
