"""The shop's database: the company's own Postgres, filled from the world."""

import json
from collections import defaultdict
from datetime import date
from typing import LiteralString

import psycopg
from psycopg import sql

from sandbox.world.days import TIME_ZONE
from sandbox.world.store import World

DATABASE = "shop"
# Each table's key, in the order in which foreign keys allow rows to come.
_KEYS: dict[str, tuple[str, ...]] = {
    "customers": ("customer_id",),
    "products": ("product_id",),
    "orders": ("order_id",),
    "order_items": ("order_item_id",),
    "refunds": ("refund_id",),
    "exchange_rates": ("rate_date", "currency", "reporting_currency"),
}
TABLES = tuple(_KEYS)
_DDL: LiteralString = """
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public;
CREATE TYPE order_status AS ENUM ('placed', 'paid', 'shipped', 'delivered', 'cancelled');
CREATE TABLE customers (
    customer_id uuid PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    phone text,
    country text NOT NULL,
    tags text[] NOT NULL,
    attributes jsonb NOT NULL,
    signed_up_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE products (
    product_id uuid PRIMARY KEY,
    sku text NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    price numeric(12, 2) NOT NULL,
    currency text NOT NULL,
    attributes jsonb NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE orders (
    order_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    status order_status NOT NULL,
    currency text NOT NULL,
    gross_amount numeric(14, 2) NOT NULL,
    coupon_codes text[] NOT NULL,
    utm jsonb,
    ordered_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE order_items (
    order_item_id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders,
    product_id uuid NOT NULL REFERENCES products,
    quantity integer NOT NULL,
    unit_price numeric(12, 2) NOT NULL,
    discount numeric(12, 2) NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE refunds (
    refund_id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders,
    amount numeric(14, 2) NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    refunded_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE exchange_rates (
    rate_date date NOT NULL,
    currency text NOT NULL,
    reporting_currency text NOT NULL,
    rate numeric(18, 8) NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (rate_date, currency, reporting_currency)
);
CREATE INDEX ON customers (updated_at);
CREATE INDEX ON products (updated_at);
CREATE INDEX ON orders (updated_at);
CREATE INDEX ON order_items (updated_at);
CREATE INDEX ON refunds (updated_at);
CREATE INDEX ON exchange_rates (updated_at);
"""


def load_shop(url: str, world: World) -> None:
    """Bring the shop's database to the world's clock, in one transaction.

    The database carries, as its comment, which world it shows and as of when: so a load that was
    killed is simply done again, and the database of another world is made anew.

    Args:
        url: Connection URL of the database.
        world: The world.
    """
    name = f"{world.plan}"
    clock = world.clock
    with psycopg.connect(url) as connection:
        loaded = _loaded_until(connection, name)
        if loaded == clock:
            return
        if loaded is None or loaded > clock:
            connection.execute(_DDL)
            loaded = None
        _upsert(connection, world, loaded)
        connection.execute(sql.SQL("ANALYZE"))
        _note(connection, name, clock)


def use_local_time(url: str) -> None:
    """Let the shop's sessions show the company's own time, as a shop's server often does."""
    with psycopg.connect(url) as connection:
        change = sql.SQL("ALTER DATABASE {} SET timezone = {}")
        connection.execute(change.format(sql.Identifier(DATABASE), sql.Literal(str(TIME_ZONE))))


def _loaded_until(connection: psycopg.Connection, world: str) -> date | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        "WHERE datname = current_database()"
    ).fetchone()
    if row is None or row[0] is None:
        return None
    noted = json.loads(row[0])
    return date.fromisoformat(noted["clock"]) if noted["world"] == world else None


def _note(connection: psycopg.Connection, world: str, clock: date) -> None:
    text = json.dumps({"world": world, "clock": str(clock)})
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(text)))


def _upsert(connection: psycopg.Connection, world: World, after: date | None) -> None:
    lines: dict[str, list[str]] = defaultdict(list)
    for table, line in world.shop_rows(after, world.clock):
        lines[table].append(line)
    for table, key in _KEYS.items():
        _upsert_table(connection, table, key, lines[table])


def _upsert_table(
    connection: psycopg.Connection, table: str, key: tuple[str, ...], lines: list[str]
) -> None:
    target, stage = sql.Identifier("public", table), sql.Identifier(f"new_{table}")
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {} (LIKE {}) ON COMMIT DROP").format(stage, target)
    )
    cursor = connection.cursor()
    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(stage)) as copy:
        copy.write("".join(f"{line}\n" for line in lines))
    columns = [
        column.name
        for column in cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(stage)).description
        or ()
    ]
    changes = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column))
        for column in columns
        if column not in key
    )
    connection.execute(
        sql.SQL("INSERT INTO {} SELECT * FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
            target, stage, sql.SQL(", ").join(map(sql.Identifier, key)), changes
        )
    )
