import psycopg
import pytest

from redshift_local.engine import install


def test_install_makes_a_fresh_database_one_and_does_it_once(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        install(connection)
        install(connection)
        assert connection.execute("SELECT datediff('day', getdate(), getdate())").fetchone() == (0,)


def test_another_version_is_not_mixed_in(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        install(connection)
        connection.execute("COMMENT ON SCHEMA redshift IS 'older'")
        connection.commit()
        with pytest.raises(RuntimeError, match="reset"):
            install(connection)
