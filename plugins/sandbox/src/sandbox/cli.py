"""The command `sandbox`."""

import csv
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import click
import psycopg
from click.core import ParameterSource
from rich.console import Console

from postgres_local import ServerError
from sandbox.company import Sandbox
from sandbox.errors import SandboxError
from sandbox.settings import Settings
from sandbox.shop import DATABASE
from sandbox.summary import show_summary
from sandbox.world.ledger import LEDGERS, ledger
from sandbox.world.simulation import Plan

F = TypeVar("F", bound=Callable[..., Any])


class _Group(click.Group):
    """Says in one sentence what went wrong."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (SandboxError, ServerError) as error:
            raise click.ClickException(str(error)) from error
        except psycopg.Error as error:
            reason = str(error).splitlines()[0]
            raise click.ClickException(f"The embedded Postgres said: {reason}") from error
        except BrokenPipeError:
            raise  # click ends quietly when the reader of our output has gone
        except OSError as error:
            raise click.ClickException(f"The system said: {error}") from error


def _plan_options(command: F) -> F:
    """The size of the world, for the commands that may make one."""
    positive = click.IntRange(min=1)
    for option in (
        click.option("--users", type=positive, envvar="SANDBOX_USERS", default=20_000,
                     show_default=True, help="People who arrive in these days."),
        click.option("--days", type=positive, envvar="SANDBOX_DAYS", default=90,
                     show_default=True, help="Days from 2026-08-03 on."),
        click.option("--seed", type=int, envvar="SANDBOX_SEED", default=7,
                     show_default=True, help="Another seed is another company."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(cls=_Group)
def main() -> None:
    """Run a small company that does not exist."""


@main.command()
@_plan_options
@click.pass_context
def start(ctx: click.Context, users: int, days: int, seed: int) -> None:
    """Bring up the world, its databases and its APIs."""
    sandbox = _sandbox()
    plan = Plan(seed, users, days)
    _check_plan(ctx, sandbox, plan)
    sandbox.start(plan)
    _show(sandbox)


@main.command()
def stop() -> None:
    """Bring everything down; all data stays."""
    _sandbox().stop()


@main.command()
@_plan_options
def reset(users: int, days: int, seed: int) -> None:
    """Remove world and databases, and start afresh."""
    sandbox = _sandbox()
    sandbox.reset(Plan(seed, users, days))
    _show(sandbox)


@main.command()
def remove() -> None:
    """Bring everything down and delete it."""
    _sandbox().remove()


@main.command()
@click.option("--days", type=click.IntRange(min=1), default=1, show_default=True)
def advance(days: int) -> None:
    """Let the world live on for some days."""
    sandbox = _sandbox()
    world = sandbox.world()
    if world is None:
        raise SandboxError("There is no world yet: run `sandbox start` first.")
    with closing(world):
        plan = world.plan
    sandbox.advance(days, plan)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, as_json: bool) -> None:
    """Tell what runs and where."""
    sandbox = _sandbox()
    if as_json:
        click.echo(json.dumps(_status(sandbox)))
    else:
        _show(sandbox)


@main.command("ledger")
@click.argument("name", type=click.Choice(LEDGERS))
def ledger_command(name: str) -> None:
    """Print one table of the truth as CSV."""
    world = _sandbox().world()
    if world is None:
        raise SandboxError("There is no world yet: run `sandbox start` first.")
    with closing(world):
        table = ledger(world, name)
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.rows)


@main.command()
@click.option(
    "--dbt-target",
    type=click.Path(path_type=Path),
    envvar=["DBT_TARGET_PATH", "SANDBOX_DBT_TARGET"],
    default=Path("transform/target"),
    show_default=True,
    help="Where dbt left its results.",
)
def summary(dbt_target: Path) -> None:
    """Show what the last run brought into the warehouse, and whether it is true."""
    sandbox = _sandbox()
    world = sandbox.world()
    if world is None:
        raise SandboxError("There is no world yet: run `sandbox start` first.")
    with closing(world):
        again = "make rehearsal" if sandbox.settings.redshift_url else "make demo"
        show_summary(sandbox.warehouse_url, world, dbt_target, again, Console())


def _sandbox() -> Sandbox:
    return Sandbox(Settings.from_environment(), lambda step: click.echo(f"  {step}", err=True))


def _check_plan(ctx: click.Context, sandbox: Sandbox, plan: Plan) -> None:
    """Refuse options that an existing world contradicts; settings only earn a word."""
    world = sandbox.world()
    if world is None:
        return
    with closing(world):
        existing = world.plan
    different = [
        name for name in ("users", "days", "seed") if getattr(plan, name) != getattr(existing, name)
    ]
    sources = {name: ctx.get_parameter_source(name) for name in different}
    text = (
        f"the world in {sandbox.settings.home} has {existing.users} users, "
        f"{existing.days} days and "
        f"seed {existing.seed}; run `sandbox reset` with the new numbers to make it anew."
    )
    if ParameterSource.COMMANDLINE in sources.values():
        raise SandboxError(text[0].upper() + text[1:])
    if ParameterSource.ENVIRONMENT in sources.values():
        names = ", ".join(f"SANDBOX_{name.upper()}" for name in different)
        click.echo(f"  {names} differ, but {text}", err=True)


def _status(sandbox: Sandbox) -> dict[str, object]:
    world = sandbox.world()
    clock = None
    if world is not None:
        with closing(world):
            clock = str(world.clock)
    return {
        "state": "running" if sandbox.is_running() else "stopped",
        "clock": clock,
        "warehouse_url": sandbox.warehouse_url,
        "shop_url": sandbox.postgres.url(DATABASE),
        "apis": sandbox.apis.urls,
        "proxy": sandbox.apis.proxy_url,
        "certificate": str(sandbox.apis.certificate),
    }


def _show(sandbox: Sandbox) -> None:
    found = _status(sandbox)
    apis = found.pop("apis")
    if isinstance(apis, dict):
        found |= {f"{name} API": url for name, url in apis.items()}
    found["data folder"] = sandbox.settings.home
    for name, value in found.items():
        click.echo(f"{name.replace('_', ' ')}: {value if value is not None else 'none yet'}")
