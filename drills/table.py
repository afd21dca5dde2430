"""A drill's result as a line of Markdown."""

from drills.run import Result

HEAD = (
    "| drill | logs acknowledged | lost, doubled | flags | missing, doubled | mails | missing, twice (repeated"
    " under one name) | longest without a save, s | slowest try, s | jobs done after, s | tries that failed |"
    " `/readyz` said |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def line(result: Result) -> str:
    it = result.ledger
    failed = ", ".join(
        f"{n} of {_name(code)}" for code, n in sorted(result.statuses.items()) if code != 200
    )
    cells = [
        result.what,
        f"{it.writes}",
        f"{it.lost}, {it.doubled}",
        f"{it.flags}",
        f"{it.flags_missing}, {it.flags_doubled}",
        f"{it.mails}",
        f"{it.mails_missing}, {it.mails_twice} ({it.again})",
        f"{result.silence:.1f}",
        f"{result.slowest:.2f}",
        f"{result.jobs:.1f}",
        failed or "none",
        ", ".join(sorted(result.said)),
    ]
    return f"| {' | '.join(cells)} |"


def _name(code: int) -> str:
    return {0: "no answer", 1: "not saved"}.get(code, str(code))
