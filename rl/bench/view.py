"""Tables of a comparison as text, for the terminal, Markdown and HTML alike."""

from collections.abc import Collection
from dataclasses import dataclass

from rl.bench.folder import Record
from rl.bench.protocol import Protocol
from rl.bench.rows import Row
from rl.bench.statistics import Spread
from rl.bench.summary import ALONE, BEST_BASELINE, BEST_SCRIPT, LibrarySummary, Line

NOTHING = "-"


@dataclass(frozen=True)
class Entry:
    """A cell: `top` is the best of its row, `bad` something that failed."""

    text: str
    top: bool = False
    bad: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: `totals` stand below `rows`."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    totals: tuple[tuple[Entry, ...], ...]


def cut_text(cut: Spread) -> str:
    """Percent, with the spread over the seeds where there are several."""
    return f"{cut.mean:.1f} ± {cut.sd:.1f}" if cut.count > 1 else f"{cut.mean:.1f}"


def main_table(library: LibrarySummary, failed: Collection[Row], figure: str) -> Grid:
    """The searchers beside the best script and `&deepsyn`; `figure` names what is minimised."""
    names = (BEST_SCRIPT, *library.others)
    return Grid(_headers(figure, names), _rows(library, names, failed), _totals(library, names))


def scripts_table(library: LibrarySummary, failed: Collection[Row], figure: str) -> Grid:
    """All fixed scripts."""
    names = library.scripts
    totals = _totals(library, names)[:-1]  # scripts have no wins: they are the baselines
    return Grid(_headers(figure, names), _rows(library, names, failed), totals)


def _headers(figure: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return ("design", "ANDs", f"{figure} of resyn2", *names)


def _rows(
    library: LibrarySummary, names: tuple[str, ...], failed: Collection[Row]
) -> tuple[tuple[Entry, ...], ...]:
    broken = {(row.design, row.contender) for row in failed if row.liberty == library.label}
    rows = []
    for line in library.lines:
        scores = [line.scores[name] for name in names if name in line.scores]
        best = min((score.ratio for score in scores), default=None)
        entries = [_entry(line, name, best, broken) for name in names]
        mark = " †" if line.held_out else ""
        ands = NOTHING if line.ands is None else f"{line.ands:,}"
        reference = NOTHING if line.reference is None else f"{line.reference:,.6g}"
        rows.append((Entry(line.design + mark), Entry(ands), Entry(reference), *entries))
    return tuple(rows)


def _entry(line: Line, name: str, best: float | None, broken: Collection[tuple[str, str]]) -> Entry:
    score = line.scores.get(name)
    is_broken = (line.design, name.removesuffix(ALONE)) in broken
    if score is None:
        return Entry("failed" if is_broken else NOTHING, bad=is_broken)
    which = f" ({score.name})" if score.name != name else ""
    mark = " !" if is_broken else ""  # some of its seeds failed
    return Entry(cut_text(score.cut) + which + mark, top=score.ratio == best, bad=is_broken)


def _totals(library: LibrarySummary, names: tuple[str, ...]) -> tuple[tuple[Entry, ...], ...]:
    means: list[Entry] = []
    ratios: list[Entry] = []
    to_best: list[Entry] = []
    won: list[Entry] = []
    for name in names:
        total = library.totals.get(name)
        if total is None:
            for row in (means, ratios, to_best, won):
                row.append(Entry(NOTHING))
            continue
        part = (
            ""
            if total.designs == len(library.lines)
            else f" ({total.designs} of {len(library.lines)})"
        )
        seeds = max(
            (line.scores[name].cut.count for line in library.lines if name in line.scores),
            default=1,
        )
        spread = f" ± {total.cut.sd:.1f}" if seeds > 1 else ""
        means.append(Entry(f"{total.cut.mean:.1f}{spread}{part}"))
        ratios.append(Entry(f"{total.ratio:.3f}"))
        to_best.append(Entry(NOTHING if total.to_baseline is None else f"{total.to_baseline:.3f}"))
        won.append(Entry(NOTHING))
        if total.wins is not None:
            share = total.wins.share or 0.0
            counts = f"{total.wins.wins}/{total.wins.ties}/{total.wins.losses}"
            won[-1] = Entry(f"{counts} ({100 * share:.0f} %)")
    blank = (Entry(""), Entry(""))
    rows = [(Entry("mean cut, %"), *blank, *means)]
    rows.append((Entry("geo. mean ratio to resyn2"), *blank, *ratios))
    rows.append((Entry("geo. mean ratio to best baseline"), *blank, *to_best))
    rows.append((Entry("wins/ties/losses against it"), *blank, *won))
    return tuple(rows)


def headlines(library: LibrarySummary) -> list[str]:
    """What matters of a library, a line for each searcher."""
    baseline = library.totals.get(BEST_BASELINE)
    lines = []
    for name, total in library.totals.items():
        if total.wins is None or total.to_baseline is None:
            continue
        whole = total.designs == total.wins.count
        part = "" if whole else f" over {total.designs} of {total.wins.count} designs"
        words = [
            f"{name}: {total.cut.mean:.1f} % below resyn2 on average{part}",
            f"{total.ratio:.3f} of resyn2 and {total.to_baseline:.3f} of the best baseline (means)",
            f"better than that baseline on {total.wins.wins} of {total.wins.count}",
        ]
        lines.append("; ".join(words))
    if baseline is not None:
        lines.append(f"best baseline of each design: {baseline.cut.mean:.1f} % below resyn2")
    return lines


def _length(protocol: Protocol) -> str:
    if protocol.length is None:
        return "recipes as long as suits the searcher"
    return f"recipes of up to {protocol.length} moves"


def caption(record: Record) -> list[str]:
    """What the figures are and how they were come by."""
    protocol = record.protocol
    lines = [
        (
            f"Protocol {protocol.name}: table {protocol.table}, {_length(protocol)}, "
            f"{protocol.budget_words}, flow {flow_words(record)}, objective "
            f"{protocol.objective.value}, {protocol.jobs} ABC processes at once."
        ),
        (
            f"Figures are the cut of {protocol.objective.value} against resyn2 under the same flow "
            "and library in percent, the mean over the seeds ± standard deviation. A ratio is "
            "averaged geometrically over the seeds, then over the designs."
        ),
    ]
    if protocol.scripts_count:
        lines.append(
            "A searcher's figure is what `eda-rl search` returns: the fixed scripts are among "
            f"its candidates. '{ALONE.strip()}' is what the searcher found without them."
        )
    else:
        lines.append("The fixed scripts are not among a searcher's candidates.")
    time = (
        f"{protocol.time_limit:g} s"
        if protocol.time_limit is not None
        else "the median time of the searchers on the same design"
    )
    lines.append(
        f"deepsyn: {protocol.jobs} processes of `&deepsyn -T` with different seeds at once, given "
        f"{time}; the best counts, measured without and with dch before mapping. The best "
        "baseline of a design is the best of all scripts and of these."
    )
    lines.append(
        "Every figure was replayed in a plain ABC process with the original library and proven "
        "equivalent to the design; of deepsyn, which stops by the clock, the circuit that it "
        "left was measured again and proven. † marks designs that are for testing only."
    )
    return lines


def flow_words(record: Record) -> str:
    """The flow as a caption names it: objectives without mapping or with LUTs have their own."""
    goal = record.protocol.objective.value
    if goal == "luts":
        return f"if -K {record.protocol.lut}"
    return "of no mapping" if goal in ("nodes", "levels") else record.protocol.flow


def conditions_line(record: Record, rows: Collection[Row]) -> str:
    """Where the figures come from."""
    last = record.runs[-1]
    loads = [row.load for row in rows]
    load = f"load {min(loads):.1f} to {max(loads):.1f}" if loads else f"load {last.load:.1f}"
    codes = sorted({row.code for row in rows} or {last.code})
    libraries = ", ".join(f"{label} {sha[:12]}" for label, sha in record.libraries.items())
    seeds = sorted({row.seed for row in rows})
    return "; ".join(
        [
            f"{last.abc} (sha256 {last.abc_sha256[:12]})",
            f"pyosys {last.pyosys}",
            f"Python {last.python}",
            f"eda-rl {last.eda_rl} (code {', '.join(codes)})",
            f"libraries (sha256) {libraries}",
            f"seeds {', '.join(map(str, seeds)) or 'none'}",
            record.protocol.budget_words,
            f"{last.cores} cores, {record.protocol.jobs} jobs, {load}",
            last.at,
            last.command,
        ]
    )


def failures(failed: Collection[Row]) -> list[str]:
    """A line for each row that has an error."""
    return [
        f"{row.design}, {row.liberty}, {row.contender}, seed {row.seed}: {row.error}"
        for row in failed
    ]
