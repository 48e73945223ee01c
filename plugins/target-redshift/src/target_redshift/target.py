"""The Singer target: settings and command line are the SDK's, the way of a record is ours."""

from __future__ import annotations

import logging
import os
import signal
import stat
import sys
from typing import IO, TYPE_CHECKING, Any, ClassVar, NoReturn

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import (
    CapabilitiesEnum,
    PluginCapabilities,
    TargetCapabilities,
)
from singer_sdk.io_base import SingerReader
from singer_sdk.target_base import Target

from target_redshift.config_schema import CONFIG
from target_redshift.engines import new_engine
from target_redshift.errors import LoadError, TerminatedError, WarehouseError
from target_redshift.lines import read_blocks
from target_redshift.loader import Loader
from target_redshift.mapping import Mapping
from target_redshift.settings import Settings
from target_redshift.streams import Streams

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from types import FrameType

_READ_ON = "import os, signal; signal.alarm(5)\nwhile os.read(0, 1 << 20): pass"


class _BlockReader(SingerReader):
    """Hands the input to the loader, in blocks of lines instead of message by message."""

    def __init__(self, target: TargetRedshift) -> None:
        super().__init__()
        self._target = target

    def process_lines(
        self,
        file_input: IO[str] | None,
        callbacks: dict[str, Callable[[dict[str, Any]], None]],  # noqa: ARG002 - the SDK's way
    ) -> Counter[str]:
        """Load the input up to its end; what it ends with waits for `process_endofpipe`."""
        return self._target.load(file_input or sys.stdin)


class TargetRedshift(Target):
    """Loads Singer streams into a warehouse."""

    name = "target-redshift"
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        PluginCapabilities.ACTIVATE_VERSION,
        PluginCapabilities.BATCH,
        TargetCapabilities.SOFT_DELETE,
        TargetCapabilities.HARD_DELETE,
        TargetCapabilities.TARGET_SCHEMA,
        TargetCapabilities.VALIDATE_RECORDS,
    ]
    config_jsonschema = CONFIG

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add the SDK's settings, but for the one of what writes batch files."""
        super().append_builtin_config(config_jsonschema)
        del config_jsonschema["properties"]["batch_config"]

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - the SDK's own arguments
        self._streams: Streams | None = None
        super().__init__(**kwargs, message_reader=_BlockReader(self))

    def load(self, source: IO[str] | IO[bytes]) -> Counter[str]:
        """Load the whole input, and say how many messages there were of each type.

        Raises:
            LoadError: Something is at fault; what was not committed is rolled back.
        """
        _keep_secrets()
        settings = Settings.from_config(self.config)
        is_mapped = bool(self.config.get("stream_maps") or self.config.get("flattening_enabled"))
        streams = Streams(settings, new_engine(settings), _write_state)
        loader = Loader(settings, streams, Mapping(self.mapper) if is_mapped else None)
        try:
            for block in read_blocks(source):
                loader.take_block(block)
        except BaseException:
            streams.abort()
            raise
        self._streams = streams
        return loader.count_messages()

    def process_endofpipe(self) -> None:
        """Commit what is left, and give out the last state.

        Raises:
            LoadError: The warehouse is at fault, or too many records were rejected.
        """
        if self._streams is None:
            return
        try:
            self._streams.finish()
        except BaseException:
            self._streams.abort()
            raise

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:  # noqa: ANN401 - click's
        """Run from the command line: an error is one sentence and an exit code.

        Raises:
            SystemExit: With code 1, or 128 plus the signal that ended the run.
        """
        if kwargs.get("file_input") is not None:
            kwargs["file_input"] = kwargs["file_input"].buffer
        try:
            super().invoke(**kwargs)
        except TerminatedError as error:
            cls._exit(error, 128 + error.signal_number)
        except LoadError as error:
            cls._exit(error, 1)
        except ConfigValidationError:
            raise  # the SDK names the settings
        except Exception as error:  # noqa: BLE001 - nobody should have to read a stack trace
            cls._exit(
                LoadError(
                    f"Unexpected {type(error).__name__}: {error}. Nothing after the last state is "
                    "loaded; TARGET_REDSHIFT_LOGLEVEL=DEBUG shows where it happened."
                ),
                1,
            )

    @classmethod
    def _exit(cls, error: LoadError, code: int) -> NoReturn:
        """Say what is wrong, with the stack trace only if the log's level is DEBUG."""
        cls.logger.error("%s", error, exc_info=cls.logger.isEnabledFor(logging.DEBUG))
        _hold_input_open()
        _silence_stdout()
        sys.exit(code)

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        # Once: a second signal must not disturb the rollback.
        signal.signal(signum, signal.SIG_IGN)
        raise TerminatedError(
            signum,
            f"Ended by {signal.Signals(signum).name}: what was not committed is rolled back, the "
            "last state stands.",
        )


def _write_state(state: str) -> None:
    try:
        sys.stdout.write(f"{state}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise WarehouseError(
            "The state cannot be given out, as the reader of standard output is gone: the rows "
            "are committed, and the next run reads them again."
        ) from None


def _keep_secrets() -> None:
    """Let libraries that log tokens and passwords at DEBUG say no more than at WARNING."""
    for name in ("boto3", "botocore", "redshift_connector", "s3transfer", "urllib3"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def _hold_input_open() -> None:
    """Let a child read on for a moment where the input is a pipe.

    Meltano 4.4 answers a loader that closes its input with two stack traces of its own (a
    BrokenPipeError out of `wait_closed`). With the pipe still open it sees our exit code first,
    stops the tap and says so in a line.
    """
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        # Not subprocess, which would complain at our exit that the child is still there.
        nowhere = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
        os.posix_spawn(
            sys.executable, [sys.executable, "-c", _READ_ON], os.environ, file_actions=nowhere
        )


def _silence_stdout() -> None:
    """Keep Python from complaining at its exit that nobody reads standard output."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
