"""The server that Redshift's clients talk to: wire protocol, users and sessions."""
