"""A tap whose records go out as ready lines, and its command."""

from __future__ import annotations

import logging
import signal
import sys
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from singer_sdk import Tap
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from line_tap.errors import TapError
from line_tap.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any, NoReturn

    from singer_sdk.helpers.capabilities import CapabilitiesEnum

_SIGNAL_EXIT = 128


class LineTap(Tap):
    """A tap that checks its settings itself, stops between two lines, and fails in one sentence."""

    message_writer_class = LineWriter
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @classmethod
    @abstractmethod
    def check_config(cls, config: Mapping[str, Any]) -> object:
        """Check the settings.

        Raises:
            ConfigError: One is missing or wrong; a secret's value is not in the message.
        """

    @property
    def line_writer(self) -> LineWriter:
        """The writer, by its own type."""
        return self.message_writer  # type: ignore[return-value]  # asked only when it is one

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check the settings, with our words: the SDK's would quote a wrong secret."""
        if raise_errors:
            self.check_config(self._config)
        return super()._validate_config(raise_errors=raise_errors)

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop: whole lines, state for what is whole, and an exit code that says so."""
        del frame
        self.logger.warning(
            "Stopped by %s; what is finished is kept, the next run goes on from there",
            signal.Signals(signum).name,
        )
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_DFL)  # whoever asks twice need not wait for the target
        self.line_writer.exit_soon(_SIGNAL_EXIT + signum)

    @classmethod
    def main(cls) -> NoReturn:
        """Run the command; an error is one sentence in the log and exit code 1.

        Raises:
            SystemExit: Always.
        """
        try:
            cls.cli()
        except TapError as error:
            cls._report(str(error))
        except Exception as error:  # noqa: BLE001  # whatever it is, a person should read one line
            cls._report(f"{type(error).__name__}: {error}")
        sys.exit(1)

    @classmethod
    def _report(cls, sentence: str) -> None:
        cls.logger.error(sentence, exc_info=cls.logger.isEnabledFor(logging.DEBUG))
