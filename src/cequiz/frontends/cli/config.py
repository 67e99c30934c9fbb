"""`cequiz config`: what `config.toml` says, and what it could say."""

from __future__ import annotations

import typer

from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

app = noun("config", about="The house's settings in config.toml.", shows="cequiz config show")


@app.command(epilog=example("cequiz config show --json"))
def show(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Show what holds, and whether the file says so."""
    from cequiz.configuration import NAME, read_configuration, toml
    from cequiz.domain.house_rules import rules

    desk = desk_of(ctx)
    found = read_configuration(desk.settings.home)
    values: dict[str, bool | int | str] = {
        "language": found.language,
        **{f"office.{one.name}": getattr(found.rules, one.name) for one in rules()},
    }
    if as_json:
        desk.document({"file": desk.settings.home / NAME, "values": values, "given": sorted(found.given)})
        return 0
    rows = [
        (name, toml(value), tr("given") if name in found.given else tr("by itself")) for name, value in values.items()
    ]
    desk.table((tr("KEY"), tr("VALUE"), tr("FROM")), rows, none="")
    desk.say(tr("The file is {path}.", path=desk.settings.home / NAME))
    return 0


@app.command("example", epilog=example("cequiz config example > config.toml"))
def example_(ctx: typer.Context) -> int:
    """Print a config.toml to begin with: every key with its sentence, each a comment."""
    from cequiz import configuration

    desk_of(ctx).out.write(configuration.example())
    return 0
