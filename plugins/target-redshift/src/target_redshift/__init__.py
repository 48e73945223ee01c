"""A Singer target for Amazon Redshift, and for Postgres where a team is small."""
