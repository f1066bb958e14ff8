"""A bundle recomputed with the engine that made it, which says more than verify.py."""

import json
from collections.abc import Iterator
from typing import Any

from voting.manifest import RuleManifest
from voting.recount.verify import Bundle
from voting.rules import run

OUTCOME, RESULT = "outcome.json", "result.json"


def recompute(bundle: Bundle) -> list[dict[str, Any]]:
    """What our own engine finds different, as `Bundle.wrong` says it.

    A bundle that verify.py could not read is recomputed as far as it goes. Where the
    published outcome is not proven, another one of the same worth is no fault.
    """
    try:
        return list(_differences(bundle))
    except Exception as error:  # noqa: BLE001 - a stranger's files may hold anything
        text = f"our engine cannot count this: {type(error).__name__} {error}"
        return [{"file": "manifest.json", "message": text}]


def _differences(bundle: Bundle) -> Iterator[dict[str, Any]]:
    manifest = RuleManifest.from_text(bundle.text("manifest.json"))
    profile = manifest.profile(choices for _, choices in bundle.ballots)
    claimed = bundle.result.get("profile_sha256")
    if profile.digest() != claimed:
        text = f"profile_sha256 is {claimed}, our engine finds {profile.digest()}"
        yield {"file": RESULT, "message": text}
    found = run(manifest.rule, profile, manifest.rule_parameters).to_json()
    if manifest.rule == "max-welfare" and not bundle.outcome.get("optimal"):
        found = {key: found[key] for key in ("rule", "objective")}
    for key, value in json.loads(json.dumps(found)).items():
        if bundle.outcome.get(key) != value:
            text = f"{key} is not what our engine finds"
            yield {"file": OUTCOME, "message": text}
