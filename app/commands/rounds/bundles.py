"""`puistokatu rounds bundle`: what an outsider needs to recount a round."""

from pathlib import Path

import click
from flask_babel import force_locale

from app.bundles import publication_hash, round_bundle
from app.commands.application import application
from app.commands.refusals import Strict, answer
from app.commands.rounds.elections import write_file
from app.extensions import clock
from app.transaction import transaction
from voting.errors import ResultNotPublic, RoundUnknown
from voting.recount import packed, sums_sha256
from voting.results import current_result, is_open
from voting.rounds import find_round


@click.command("bundle", cls=Strict)
@click.argument("slug")
@click.option(
    "--out", type=click.Path(path_type=Path), help="A file; else SLUG-bundle.zip."
)
def bundle_round(*, slug: str, out: Path | None) -> None:
    """Write the bundle of the published round SLUG, a zip.

    It says two hashes that belong into the minutes: with them an outsider sees that
    the bundle is the published one.
    """
    with (
        application() as app,
        app.test_request_context(),
        force_locale("en"),
        transaction() as session,
    ):
        round_ = find_round(session, slug)
        if round_ is None:
            raise RoundUnknown(slug=slug)
        found = current_result(session, round_)
        if found is None or not is_open(round_, clock().now(session)):
            raise ResultNotPublic
        files = round_bundle(session, round_, found)
        published = publication_hash(session, round_)
    path = out or Path(f"{slug}-bundle.zip")
    write_file([packed(files, f"{slug}-bundle")], path)
    sums = sums_sha256(files)
    answer(
        f"{path}: published {published}, SHA-256 of SHA256SUMS {sums}",
        file=str(path),
        published=published,
        sums=sums,
    )
