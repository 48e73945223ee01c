"""The command `redshift-local`."""

import json
import shutil

import click
import psycopg

from postgres_local import HOST, ServerError
from redshift_local.server.authority import CERTIFICATE
from redshift_local.server.background import Background
from redshift_local.server.embedded import embedded_postgres
from redshift_local.settings import Settings, SettingsError

_OWN_FILES = (CERTIFICATE, "ca.key", "ca.key.new", "server.log", "server.pid")


class _Group(click.Group):
    """Says in one sentence what went wrong."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ServerError, SettingsError) as error:
            raise click.ClickException(str(error)) from error
        except psycopg.Error as error:
            reason = str(error).splitlines()[0]
            raise click.ClickException(f"The embedded Postgres said: {reason}") from error
        except BrokenPipeError:
            raise  # click ends quietly when the reader of our output has gone
        except OSError as error:
            raise click.ClickException(f"The system said: {error}") from error


@click.group(cls=_Group)
def main() -> None:
    """Run a stand-in for Amazon Redshift, with S3 beside it."""


@main.command()
def start() -> None:
    """Bring up the server; make its data folder if there is none."""
    settings = Settings.from_environment()
    _start(settings)
    _show(settings)


@main.command()
def stop() -> None:
    """Bring it down; the databases stay, what lies on its S3 goes."""
    _stop(Settings.from_environment())


@main.command()
def reset() -> None:
    """Drop all databases, and start afresh."""
    settings = Settings.from_environment()
    _remove(settings)
    _start(settings)
    _show(settings)


@main.command()
def remove() -> None:
    """Bring it down and delete everything."""
    _remove(Settings.from_environment())


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, as_json: bool) -> None:
    """Tell whether it runs, and where."""
    settings = Settings.from_environment()
    if as_json:
        click.echo(json.dumps(_status(settings)))
    else:
        _show(settings)


def _start(settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    background = Background(settings)
    background.check_ports()
    embedded_postgres(settings).start()
    background.start()
    from redshift_local.furnishing import furnish  # noqa: PLC0415 - boto3 takes its time

    furnish(settings)


def _stop(settings: Settings) -> None:
    Background(settings).stop()
    embedded_postgres(settings).stop()


def _remove(settings: Settings) -> None:
    """Delete what is ours; a folder with other things in it stays."""
    _stop(settings)
    embedded_postgres(settings).remove()
    for name in _OWN_FILES:
        (settings.home / name).unlink(missing_ok=True)
    shutil.rmtree(settings.home / "postgres", ignore_errors=True)
    if settings.home.exists() and not any(settings.home.iterdir()):
        settings.home.rmdir()


def _status(settings: Settings) -> dict[str, object]:
    return {
        "state": "running" if Background(settings).is_running() else "stopped",
        "host": HOST,
        "port": settings.port,
        "database": settings.database,
        "user": settings.user,
        "certificate": str(settings.home / CERTIFICATE) if settings.tls else None,
        "aws_endpoint_url": f"http://{HOST}:{settings.aws_port}",
        "engine_url": embedded_postgres(settings).url(settings.database),
        "data_folder": str(settings.home),
    }


def _show(settings: Settings) -> None:
    for name, value in _status(settings).items():
        click.echo(f"{name.replace('_', ' ')}: {value if value is not None else 'none'}")


@main.command("lint")
@click.argument("files", nargs=-1, required=True)
@click.pass_context
def lint_command(ctx: click.Context, files: tuple[str, ...]) -> None:
    """Tell what Redshift would not accept in SQL files; - is standard input."""
    from redshift_local.rules.__main__ import lint  # noqa: PLC0415 - sqlglot takes its time

    ctx.exit(lint(files))
