"""One page a command, from the commands themselves."""

from __future__ import annotations

import re
from typing import Any

import typer

from workbench.cli.main import COMMANDS, application


def escaped(text: str) -> str:
    """Return text for reStructuredText in which only what stands in backticks is marked up."""
    parts = re.split(r"(``?[^`]+``?)", text)
    for at, part in enumerate(parts):
        if at % 2:
            parts[at] = f"``{part.strip('`')}``"
        else:
            parts[at] = re.sub(r"([\\*_|`])", r"\\\1", part)
    return "".join(parts)


def paragraphs(text: str) -> list[str]:
    """Return the lines of a help text; what is indented or marked as it stands becomes a literal block."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        rows = [row for row in paragraph.splitlines() if row.strip() != "\b"]
        if "\b" in paragraph or any(row.startswith(" ") for row in rows):
            lines += ["::", "", *(f"    {row}" for row in rows), ""]
        else:
            lines += [escaped(" ".join(row.strip() for row in rows)), ""]
    return lines


def underlined(title: str, line: str) -> list[str]:
    """Return a heading."""
    return [title, line * len(title), ""]


def described(command: Any, called: str) -> list[str]:
    """Return usage, arguments and options of one command."""
    context = command.make_context(called, [], resilient_parsing=True)
    usage = command.get_usage(context).removeprefix("Usage: ")
    lines = [*paragraphs(command.help or ""), ".. code-block:: text", "", f"    {' '.join(usage.split())}", ""]
    lines += [f".. program:: {called}", ""]
    for kind, title in (("argument", "Arguments"), ("option", "Options")):
        shown = [one for one in command.params if one.param_type_name == kind and not getattr(one, "hidden", False)]
        records = [record for one in shown if (record := one.get_help_record(context)) is not None]
        if records:
            lines += [f".. rubric:: {title}", ""]
        for name, text in records:
            lines += [f".. option:: {name.replace('[', chr(92) + '[') if name.startswith('[') else name}", ""]
            lines += [f"    {escaped(' '.join((text or '').split()))}", ""]
    return lines


def uses(name: str, readme: str) -> list[str]:
    """Return the lines of the README that call a command, without their comments."""
    found = re.findall(rf"^(?:\$ |\.venv/bin/)?(workbench {re.escape(name)}(?: .*)?)$", readme, flags=re.MULTILINE)
    return list(dict.fromkeys(re.sub(r"\s+# .*$", "", line) for line in found))


def command_page(name: str, readme: str) -> str:
    """Return the page of a command, with its subcommands, in reStructuredText."""
    command = typer.main.get_command(application(name)).commands[name]  # type: ignore[attr-defined]
    title = f"workbench {name}"
    below = getattr(command, "commands", {})
    lines = [f".. _command-{name}:", "", *underlined(title, "=")]
    lines += paragraphs(command.help or "") if below else described(command, title)
    if examples := uses(name, readme):
        lines += [".. rubric:: In use", "", ".. code-block:: console", ""]
        lines += [f"    $ {line}" for line in examples] + [""]
    for subname, subcommand in below.items():
        lines += [f".. _command-{name}-{subname}:", "", *underlined(f"{title} {subname}", "-")]
        if inner := getattr(subcommand, "commands", {}):
            lines += paragraphs(subcommand.help or "")
            for third, last in inner.items():
                lines += [
                    *underlined(f"{title} {subname} {third}", "~"),
                    *described(last, f"{title} {subname} {third}"),
                ]
        else:
            lines += described(subcommand, f"{title} {subname}")
    return "\n".join(lines) + "\n"


def command_pages(readme: str) -> dict[str, str]:
    """Return every page by its file name, and an index of them."""
    pages = {f"commands/{name}.rst": command_page(name, readme) for name in COMMANDS}
    lines = [*underlined("Commands", "=")]
    lines += ["``workbench COMMAND --help`` prints what stands on these pages, which are made from it.", ""]
    lines += [
        "Exit codes: 0, it worked; 1, the work failed; 2, the call was wrong; 130, it was interrupted. A failure is"
    ]
    lines += [
        "one sentence on standard error; ``WORKBENCH_DEBUG=1`` adds the traceback of an error nobody foresaw.",
        "",
    ]
    lines += [".. list-table::", "    :widths: auto", ""]
    for name, (_, text) in COMMANDS.items():
        lines += [f"    * - :ref:`command-{name}`", f"      - {escaped(text)}"]
    lines += ["", ".. toctree::", "    :hidden:", "", *(f"    {name}" for name in COMMANDS)]
    pages["commands/index.rst"] = "\n".join(lines) + "\n"
    return pages
