"""``workbench cluster``: what a cluster needs before a screen runs on it."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(no_args_is_help=True, help="Set up encrypted traffic between client, scheduler and workers.")


@app.callback()
def group() -> None:
    """Set up encrypted traffic between client, scheduler and workers."""


@app.command("certificates")
def certificates(
    out: Path = typer.Option(None, "--out", "-o", help="New folder. Default: in your configuration folder."),
    days: int = typer.Option(365, "--days", help="Days the certificates are valid.", min=1),
) -> None:
    """Make certificates; only who has them can talk to the scheduler and the workers."""
    from screening.clusters.certificates import default_folder, make_certificates

    folder = make_certificates(out or default_folder(), days=days).absolute()
    flags = f"--tls-ca-file {folder}/ca.pem --tls-cert {folder}/certificate.pem --tls-key {folder}/key.pem"
    typer.echo(f"certificates in {folder}: keep them to yourself, they are valid for {days} days")
    typer.echo(f"scheduler:  dask scheduler --protocol tls --no-dashboard {flags}")
    # Else it works in a child process, and has an HTTP port.
    safe = "--preload-nanny screening.clusters.block_interrupt --worker-class screening.clusters.without_http.Worker"
    typer.echo(f"worker:     dask worker tls://HOST:8786 --nthreads 1 {safe} {flags}")
    given = "" if out is None else f" --certificates {folder}"
    typer.echo(f"client:     workbench screen ... --scheduler tls://HOST:8786{given}")
