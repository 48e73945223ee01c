"""What of AWS stands around Redshift: S3, STS and passwords that expire, on one port."""

from redshift_local.aws.credentials import Credentials, Grant
from redshift_local.aws.faults import Fault, Faults
from redshift_local.aws.issuing import Identity
from redshift_local.aws.server import Aws

__all__ = ["Aws", "Credentials", "Fault", "Faults", "Grant", "Identity"]
