"""What a session of the server does for the translator."""

from server_running import Connect, rows

pytest_plugins = ["redshift_local.testing", "server_fixtures"]


def test_the_catalog_tells_an_alias_from_a_column(connect: Connect) -> None:
    connection = connect()
    cursor = connection.cursor()
    cursor.execute("create table lateral_names (a int, b int)")
    cursor.execute("insert into lateral_names values (1, 10)")
    assert rows(connection, "select a + 1 as c, c + 1 as d, d as b, b as e from lateral_names") == [
        (2, 3, 3, 10)
    ]
