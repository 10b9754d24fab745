"""From a sweep file to its tasks."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from eda.errors import InputError
from eda.frontend import Source
from eda.frontend.rtl import is_rtl
from eda.frontend.size import rtl_sizes
from eda.liberty.find import resolve_library
from rl.settings import Settings
from rl.suites import SuiteDesign, find_suite, select
from rl.suites.design import design_name
from rl.sweep import estimate
from rl.sweep.located import Located, Place
from rl.sweep.spec import DesignEntry, ScoreBlock, SearchBlock, Sweep
from rl.sweep.task import Scoring, Task, files_hash

_AXES = ("liberty", "objective", "flow", "table", "searcher", "budget", "time_limit", "seed")
_SAME = ("length", "lut", "max_delay", "max_memory_bits", "lag", "memory_limit")
_READING_S = 60.0  # for a look at all Verilog of a sweep
_SHIPPED = "own"  # the one dataset that is known by name
_PLAIN = DesignEntry(files=("-",))


@dataclass(frozen=True)
class _Entry:
    """A design, and what else the front end is told of it."""

    design: SuiteDesign
    given: DesignEntry
    base: Path

    @property
    def include(self) -> tuple[Path, ...]:
        return tuple((self.base / folder).absolute() for folder in self.given.include)


class Matrix:
    """The tasks of a sweep file.

    Args:
        sweep: what it says.
        located: where in the file that is.
        base: folder that relative paths start from.
        cache_dir: where libraries are kept.
    """

    def __init__(self, sweep: Sweep, located: Located, base: Path, cache_dir: Path) -> None:
        self._sweep, self._located = sweep, located
        self._base, self._cache_dir = base, cache_dir
        self._libraries: dict[str, str] = {}

    def tasks(self) -> list[Task]:
        """All of them, the longest first; what two blocks have in common comes once.

        Raises:
            InputError: a design, suite, library or file is not there; names line and field.
        """
        made: dict[str, Task] = {}
        for number, search in enumerate(self._sweep.search):
            for task in self._searches(search, ("search", number)):
                made.setdefault(task.key, task)
        for number, score in enumerate(self._sweep.verilogeval):
            for task in self._scorings(score, ("verilogeval", number)):
                made.setdefault(task.key, task)
        return sorted(self._estimated(list(made.values())), key=lambda task: -task.seconds)

    def _searches(self, block: SearchBlock, place: Place) -> Iterator[Task]:
        libraries = {
            given: self._library(given, (*place, "liberty", number))
            for number, given in enumerate(block.liberty)
        }
        for entry in self._entries(block, place):
            contents = self._contents(entry, place)
            for values in itertools.product(*(getattr(block, name) for name in _AXES)):
                chosen = dict(zip(_AXES, values, strict=True))
                spec, sha256 = libraries[chosen["liberty"]]
                settings = self._settings(block, entry, {**chosen, "liberty": spec}, place)
                yield Task(
                    name=entry.design.name,
                    suite=entry.design.suite,
                    held_out=entry.design.held_out,
                    liberty=_label(chosen["liberty"]),
                    contents={**contents, "library": sha256},
                    search=settings,
                )

    def _estimated(self, tasks: list[Task]) -> list[Task]:
        """The tasks with what each search's size and time are about; a design is read once."""
        searches = [task.search for task in tasks if task.search is not None]
        # How long a search may take is no matter of its design.
        designs = {replace(settings.source(), time_limit=_READING_S) for settings in searches}
        rtl = [source for source in designs if is_rtl(source)]
        with TemporaryDirectory(prefix="eda-rl-") as folder:
            sizes = rtl_sizes(rtl, workdir=Path(folder), time_limit=_READING_S)
        counted = dict(zip(rtl, sizes, strict=True))
        ands = {source: counted.get(source) or estimate.ands(source.files) for source in designs}
        return [
            task if task.search is None else self._sized(task, task.search, ands) for task in tasks
        ]

    def _sized(self, task: Task, settings: Settings, sizes: Mapping[Source, int]) -> Task:
        ands = sizes[replace(settings.source(), time_limit=_READING_S)]
        seconds = estimate.search_seconds(settings, ands, self._sweep.task_jobs)
        return task.model_copy(update={"ands": ands, "seconds": seconds})

    def _contents(self, entry: _Entry, place: Place) -> dict[str, str]:
        contents = {"design": entry.design.sha256}
        if entry.include:
            try:
                contents["include"] = files_hash(list(entry.include))
            except OSError as error:
                raise self._located.error((*place, "designs"), str(error)) from error
        return contents

    def _settings(
        self, block: SearchBlock, entry: _Entry, chosen: dict[str, Any], place: Place
    ) -> Settings:
        same = {name: getattr(block, name) for name in _SAME}
        try:
            settings = Settings(
                files=entry.design.files,
                top=entry.given.top or entry.design.top,
                defines=entry.given.define,
                params=tuple((name, str(value)) for name, value in entry.given.param.items()),
                include_dirs=entry.include,
                **same,
                **chosen,
            )
            settings.goal.flow(settings.flow_kind, settings.lut)
        except ValidationError as error:
            first = error.errors()[0]
            raise self._located.error((*place, str(first["loc"][-1])), first["msg"]) from error
        except InputError as error:
            words = str(error).replace("--max-delay", "max_delay").replace("--", "")
            raise self._located.error((*place, "max_delay"), words) from error
        return settings

    def _entries(self, block: SearchBlock, place: Place) -> list[_Entry]:
        found: list[_Entry] = []
        for number, given in enumerate(block.designs or ()):
            found += self._designs(given, (*place, "designs", number))
        for number, name in enumerate(block.suites or ()):
            spec = str(self._base / name) if (self._base / name).is_dir() else name
            try:
                suite = find_suite(name if "/" not in name else spec)
            except InputError as error:
                raise self._located.error((*place, "suites", number), str(error)) from error
            found += [_Entry(design, _PLAIN, self._base) for design in suite.designs]
        try:
            chosen = select([entry.design for entry in found], block.only or ())
        except InputError as error:
            field = "only" if block.only else "designs"
            raise self._located.error((*place, field), str(error)) from error
        by_name = {entry.design.name: entry for entry in reversed(found)}
        return [by_name[design.name] for design in chosen]

    def _designs(self, given: str | DesignEntry, place: Place) -> list[_Entry]:
        if isinstance(given, DesignEntry):
            files = [self._files(pattern, (*place, "files")) for pattern in given.files]
            flat = tuple(path for paths in files for path in paths)
            name = given.name or design_name(flat[0])
            return [_Entry(SuiteDesign(name, flat, top=given.top), given, self._base)]
        return [
            _Entry(SuiteDesign(design_name(path), (path,), source=given), _PLAIN, self._base)
            for path in self._files(given, place)
        ]

    def _files(self, pattern: str, place: Place) -> list[Path]:
        path = self._base / pattern
        if path.is_file():
            return [path.absolute()]
        if not any(mark in pattern for mark in "*?["):
            raise self._located.error(place, f"{pattern}: no such file")
        root = Path(path.anchor or ".")
        found = sorted(p for p in root.glob(str(path.relative_to(root))) if p.is_file())
        if not found:
            raise self._located.error(place, f"{pattern}: no file matches")
        return [one.absolute() for one in found]

    def _library(self, given: str, place: Place) -> tuple[str, str]:
        """What the search is to be told, and the library's hash."""
        path = self._base / given
        spec = str(path.absolute()) if path.is_file() else given
        if spec not in self._libraries:
            try:
                self._libraries[spec] = resolve_library(spec, self._cache_dir).sha256
            except InputError as error:
                raise self._located.error(place, str(error)) from error
        return spec, self._libraries[spec]

    def _scorings(self, block: ScoreBlock, place: Place) -> Iterator[Task]:
        same = block.model_dump(exclude={"samples", "dataset"})
        for number, given in enumerate(block.samples):
            samples = (self._base / given).absolute()
            for index, dataset in enumerate(block.dataset):
                folder = self._base / dataset
                named = str(folder.absolute()) if folder.exists() else dataset
                try:
                    contents = {"samples": files_hash([samples])}
                    seconds = estimate.scoring_seconds(samples, self._sweep.task_jobs)
                except OSError as error:
                    words = f"{given}: {error.strerror}"
                    raise self._located.error((*place, "samples", number), words) from error
                if dataset != _SHIPPED and not folder.exists():
                    words = f"{dataset}: no such file or folder"
                    raise self._located.error((*place, "dataset", index), words)
                contents["dataset"] = files_hash([folder]) if folder.exists() else dataset
                yield Task(
                    name=design_name(samples),
                    contents=contents,
                    scoring=Scoring(samples=samples, dataset=named, **same),
                    seconds=seconds,
                )


def _label(liberty: str) -> str:
    return Path(liberty).name.removesuffix(".gz").removesuffix(".lib")
