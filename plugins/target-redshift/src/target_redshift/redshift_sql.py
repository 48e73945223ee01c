"""How Redshift's SQL spells names and texts: redshift_connector has no function for it."""


def identifier(*names: str) -> str:
    """A name, or a qualified one."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(text: str) -> str:
    """A text. Redshift reads a backslash in it as an escape (no standard_conforming_strings)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
