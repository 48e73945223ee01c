"""The lint of Redshift SQL: what Redshift does not accept is told by name.

Every rule has a failing and a passing example in `examples`.
"""

from redshift_local.rules.check import check, check_file, find
from redshift_local.rules.findings import Finding, Violation

__all__ = ["Finding", "Violation", "check", "check_file", "find"]
