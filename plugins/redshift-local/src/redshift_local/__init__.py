"""A stand-in for Amazon Redshift on one machine."""
