"""Coverage of several projects, workers or servers as one document."""

from __future__ import annotations

from collections.abc import Iterable

from .documents import Coverage, OperationCovered, RefusalCovered, Share

FAULT_ONLY = "fault only"
"""The grade of a refusal that no request leads to by itself."""


def merge(coverages: Iterable[Coverage]) -> Coverage:
    """One document of several: numbers are added up; what one of them could reach counts as reachable."""
    operations: dict[str, OperationCovered] = {}
    refusals: dict[tuple[str, str], RefusalCovered] = {}
    for coverage in coverages:
        for covered in coverage["covered"]:
            name = covered["operation"]
            known = operations.get(name)
            if known is None:
                known = operations[name] = {**covered, "success": 0, "refusals": []}
            known["success"] += covered["success"]
            for refusal in covered["refusals"]:
                row = refusals.get((name, refusal["code"]))
                if row is None:
                    refusals[name, refusal["code"]] = row = {**refusal, "seen": 0}
                    known["refusals"].append(row)
                row["seen"] += refusal["seen"]
                if "unreachable" not in refusal:
                    row.pop("unreachable", None)
    return _summed(list(operations.values()))


def _summed(covered: list[OperationCovered]) -> Coverage:
    reachable = [refusal for operation in covered for refusal in operation["refusals"] if _is_reachable(refusal)]
    operations: Share = {"seen": sum(operation["success"] > 0 for operation in covered), "of": len(covered)}
    refusals: Share = {"seen": sum(refusal["seen"] > 0 for refusal in reachable), "of": len(reachable)}
    return {"operations": operations, "refusals": refusals, "covered": covered}


def _is_reachable(refusal: RefusalCovered) -> bool:
    return "unreachable" not in refusal and refusal["grade"] not in (None, FAULT_ONLY)


def markdown(coverage: Coverage) -> str:
    """The document for people, as ``GET /_mock/coverage?format=markdown`` writes it for one server."""
    operations, refusals = coverage["operations"], coverage["refusals"]
    lines = [
        "# SDRS coverage",
        "",
        f"{operations['seen']} of {operations['of']} operations succeeded at least once, "
        f"{refusals['seen']} of {refusals['of']} refusals were seen.",
        "",
        "| operation | succeeded | refusals seen | not seen |",
        "|---|---|---|---|",
    ]
    for covered in coverage["covered"]:
        seen = ", ".join(row["code"] for row in covered["refusals"] if row["seen"])
        others = [row for row in covered["refusals"] if not row["seen"] and "unreachable" not in row]
        missed = ", ".join(row["code"] for row in others if row["grade"] != FAULT_ONLY)
        lines.append(f"| {covered['operation']} | {covered['success']} | {seen} | {missed} |")
    return "\n".join(lines) + "\n"
