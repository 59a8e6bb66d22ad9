"""``workbench review decide``, ``comment``, ``tag`` and ``undo``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError
from screening.printable import printable

if TYPE_CHECKING:
    from screening.runs.decisions.event import Event

_RUN = typer.Argument(..., help="Run folder.")
_WHO = typer.Option(None, "--who", help="Your name. Default: your user name on this machine.")
_RECORDS = typer.Option([], "--record", "-r", help="Record number, as in the column record; may be repeated.")
_RANKS = typer.Option([], "--rank", help="Rank in the hit list, or a range such as 1-20; may be repeated.")
_JSON = typer.Option(False, "--json", help="Print JSON.")


def decide(
    run: Path = _RUN,
    verdict: str = typer.Argument(..., help="accept, reject or hold."),
    record: list[int] = _RECORDS,
    rank: list[str] = _RANKS,
    reason: str = typer.Option("", "--reason", help="Reason code; an unknown one is answered with the list."),
    text: str = typer.Option("", "--text", "-t", help="Why, in your words."),
    who: str = _WHO,
    as_json: bool = _JSON,
) -> None:
    """Accept, reject or hold hits; several at once are one decision."""
    _write(run, record, rank, who, as_json, action="decide", after=verdict, reason=reason, text=text)


def comment(
    run: Path = _RUN,
    text: str = typer.Argument(..., help="The comment."),
    record: list[int] = _RECORDS,
    rank: list[str] = _RANKS,
    who: str = _WHO,
    as_json: bool = _JSON,
) -> None:
    """Comment on hits."""
    _write(run, record, rank, who, as_json, action="comment", text=text)


def tag(
    run: Path = _RUN,
    name: str = typer.Argument(..., help="The tag, or the list with --list."),
    record: list[int] = _RECORDS,
    rank: list[str] = _RANKS,
    remove: bool = typer.Option(False, "--remove", help="Take it away."),
    on_list: bool = typer.Option(False, "--list", help="Put the hits on the named list."),
    who: str = _WHO,
    as_json: bool = _JSON,
) -> None:
    """Tag hits, or put them on a named list."""
    if on_list:
        _write(run, record, rank, who, as_json, action="unlist" if remove else "list", name=name)
    else:
        _write(run, record, rank, who, as_json, action="untag" if remove else "tag", after=name)


def undo(
    run: Path = _RUN,
    line: int = typer.Option(None, "--line", help="Number of the line. Default: your latest."),
    who: str = _WHO,
    as_json: bool = _JSON,
) -> None:
    """Take back your latest decision, comment, tag or list entry; it stays in the log, with a line that undoes it."""
    from screening.runs.decisions.decide import undo as take_back
    from screening.runs.run import open_run

    _say(take_back(open_run(run), who or _user(), line), as_json)


def _write(run: Path, records: list[int], ranks: list[str], who: str | None, as_json: bool, **facts: Any) -> None:
    from screening.runs.decisions.decide import decide_all
    from screening.runs.run import open_run

    opened = open_run(run)
    wanted = [*records, *_of_ranks(opened, ranks)]
    if not wanted:
        raise UsageError("no hit was named", expected="--record N or --rank N")
    _say(decide_all(opened, wanted, who=who or _user(), **facts), as_json)


def _of_ranks(run: Any, ranks: list[str]) -> list[int]:
    found: list[int] = []
    if not ranks:
        return found
    records = dict(zip(run.hits().column("rank").to_pylist(), run.hits().column("record").to_pylist()))
    for text in ranks:
        first, _, last = text.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise UsageError(f"{text!r} is no rank", expected="a number, or a range such as 1-20")
        for rank in range(int(first), int(last or first) + 1):
            if rank not in records:
                raise UsageError(f"rank {rank} is not in the hit list", expected=f"1 to {len(records)}, or --record N")
            found.append(records[rank])
    return found


def _user() -> str:
    import getpass

    return getpass.getuser()


def _say(events: list[Event], as_json: bool) -> None:
    import dataclasses
    import json

    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(event) for event in events]))
        return
    for event in events:
        typer.echo(printable(sentence(event)))


def sentence(event: Event) -> str:
    """Return a line of the log as a sentence."""
    about = "" if event.record is None else f" record {event.record}" + (f" (rank {event.rank})" if event.rank else "")
    change = f"{event.before or 'nothing'} -> {event.after or 'nothing'}" if event.action in ("decide", "undo") else ""
    parts = [change or event.after, event.name, event.reason, event.text]
    undone = f" line {event.of}" if event.of else ""
    said = "; ".join(part for part in parts if part)
    return (
        f"{event.n}  {event.at}  {event.who} ({event.role}) {event.action}{undone}{about}{': ' if said else ''}{said}"
    )
