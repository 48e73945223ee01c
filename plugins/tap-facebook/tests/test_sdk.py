"""The SDK's standard tests for taps."""

from __future__ import annotations

import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from facebook_running import config
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from sandbox.simulated import serve_facebook
from sandbox.world.simulation import Plan
from sandbox.world.store import create_world
from tap_facebook.tap import TapFacebook
