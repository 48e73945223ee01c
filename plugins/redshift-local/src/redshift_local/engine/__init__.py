"""What makes a database of the embedded Postgres behave like one of Redshift.

The SQL beside this module is installed into a template, which new databases are copies of.

- What Redshift itself has (functions, the type SUPER, system views) is put into `pg_catalog`, so
  that it is found under any search_path.
- Schema `redshift`: what translated statements call (`attribute`, `element`, `elements`,
  `members`, `array_of`, `set_table_attributes`, `resize_varchar`, `show_...`) and the tables that
  loading writes (`load_errors`, `load_history`).
- Schema `engine_only`: built-ins of Postgres that Redshift lacks. Our own queries may call them
  there; no statement of a client may.

What a translated statement has to look like, where it is not as the client wrote it: a date part
is a text (`datediff('day', a, b)`), `json_serialize` is written with its schema (Postgres has its
own syntax of that name), a literal that is cast to SUPER is cast to varchar first (else it would
be read as JSON), `listagg` has its order inside the parentheses, and a group, unlike a role, has
the comment 'group'. The session tells of its last COPY and statement by the settings
`redshift.last_copy_count` and `redshift.last_copy_id`.

Functions that are to be fast are SQL that the planner inlines: one expression, not STRICT around
a CASE, no more volatile than their parts. What is called otherwise (sorting, aggregates) is
PL/pgSQL, since SQL that is not inlined is slower by an order of magnitude.
"""

from redshift_local.engine.installing import create_database, install, template_name
from redshift_local.engine.serialized import compact

__all__ = ["compact", "create_database", "install", "template_name"]
