"""The folder of a comparison: settings, rows, circuits of `&deepsyn`, reports."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eda.errors import InputError
from rl.bench.cell import Library
from rl.bench.conditions import Conditions
from rl.bench.protocol import Protocol
from rl.bench.rows import Row
from rl.runfolder import RunFolder, disk_errors
from rl.suites import SuiteDesign

RECORD = "bench.json"


class Record(BaseModel):
    """What a comparison's rows have in common, `bench.json`.

    Attributes:
        protocol: under which they were made.
        libraries: hash of each library, by label.
        runs: each run of the command that made some of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Protocol
    libraries: dict[str, str]
    runs: tuple[Conditions, ...]


class BenchFolder(RunFolder):
    """The files of one comparison."""

    @property
    def rows(self) -> Path:
        """The rows, `rows.jsonl`."""
        return self.path / "rows.jsonl"

    @property
    def deepsyn(self) -> Path:
        """Circuits that `&deepsyn` left, in `deepsyn/`."""
        return self.path / "deepsyn"

    def record(self) -> Record:
        """Read `bench.json` back.

        Raises:
            InputError: this is not such a folder, or the file is damaged.
        """
        path = self.path / RECORD
        try:
            return Record.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(f"{self.path} holds no comparison: no {RECORD}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{path}: {where}: {first['msg']}") from error

    def begin(self, protocol: Protocol, libraries: Sequence[Library], run: Conditions) -> Record:
        """Note another run, or the first one.

        Raises:
            InputError: the rows that are there were made under other settings.
        """
        hashes = {library.label: library.sha256 for library in libraries}
        if not (self.path / RECORD).exists():
            if self.path.is_dir() and any(p.name != ".lock" for p in self.path.iterdir()):
                raise InputError(f"{self.path} is not empty and holds no comparison")
            record = Record(protocol=protocol, libraries=hashes, runs=(run,))
        else:
            before = self.record()
            self._refuse_changes(before, protocol, hashes, run)
            record = Record(
                protocol=protocol,
                libraries={**before.libraries, **hashes},
                runs=(*before.runs, run),
            )
        self.write(RECORD, record.model_dump_json(indent=2) + "\n")
        return record

    def _refuse_changes(
        self, before: Record, protocol: Protocol, hashes: dict[str, str], run: Conditions
    ) -> None:
        old, new = before.protocol.model_dump(mode="json"), protocol.model_dump(mode="json")
        changed = [f"{name} {old[name]}, not {new[name]}" for name in old if old[name] != new[name]]
        if before.runs[-1].abc_sha256 != run.abc_sha256:
            changed.append("another build of ABC")
        changed += [
            f"another library {label}"
            for label, sha256 in hashes.items()
            if before.libraries.get(label, sha256) != sha256
        ]
        if changed:
            words = "; ".join(changed)
            raise InputError(f"{self.path} was made with {words}: choose another --out")


def make(path: Path) -> BenchFolder:
    """Make the folder, or find it made."""
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is not a folder")
    with disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return BenchFolder(path.absolute())


def refuse_changed_designs(rows: Sequence[Row], designs: Sequence[SuiteDesign]) -> None:
    """Refuse a design whose files are not those that its rows were made of."""
    known = {row.design: row.design_sha256 for row in rows}
    for design in designs:
        if known.get(design.name, design.sha256) != design.sha256:
            raise InputError(
                f"{design.files[0]} is not the {design.name} of the rows that are there: "
                "choose another --out"
            )
