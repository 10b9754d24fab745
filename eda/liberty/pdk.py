"""Where open PDKs keep their standard cells: the layouts of open_pdks, volare and ciel."""

import os
from dataclasses import dataclass
from pathlib import Path

from eda.errors import InputError


@dataclass(frozen=True)
class Pdk:
    """The standard cells of a PDK at its typical corner.

    Attributes:
        family: what version managers call it.
        variants: folders that hold it, the preferred one first.
        libraries: files within one of those, the preferred one first.
    """

    family: str
    variants: tuple[str, ...]
    libraries: tuple[str, ...]


def _open_pdks(library: str, corner: str) -> str:
    return f"libs.ref/{library}/lib/{library}_{corner}.lib"


PDKS = {
    "sky130": Pdk(
        "sky130",
        ("sky130A", "sky130B"),
        (_open_pdks("sky130_fd_sc_hd", "_tt_025C_1v80"),),
    ),
    "gf180": Pdk(
        "gf180mcu",
        ("gf180mcuD", "gf180mcuC", "gf180mcuB", "gf180mcuA"),
        (
            _open_pdks("gf180mcu_fd_sc_mcu7t5v0", "_tt_025C_5v00"),
            _open_pdks("gf180mcu_fd_sc_mcu9t5v0", "_tt_025C_5v00"),
        ),
    ),
    "ihp-sg13g2": Pdk(
        "ihp-sg13g2",
        ("ihp-sg13g2",),
        (_open_pdks("sg13g2_stdcell", "typ_1p20V_25C"),),
    ),
}


def find_pdk(name: str) -> Path:
    """The Liberty file, plain or gzipped, of the PDK `name` below $PDK_ROOT.

    Raises:
        InputError: $PDK_ROOT is not set or no folder, the file is not there, or several versions
            are installed and none is enabled.
    """
    pdk = PDKS[name]
    root_name = os.environ.get("PDK_ROOT", "")
    if not root_name:
        raise InputError(f"library '{name}': set $PDK_ROOT to the folder that holds the PDK")
    root = Path(root_name)
    if not root.is_dir():
        raise InputError(f"library '{name}': $PDK_ROOT is {root}, which is no folder")
    found = _below(root, pdk)
    if found:
        return found[0]
    versions = _managed(root, pdk)
    if len(versions) == 1:
        return versions[0]
    if versions:
        raise InputError(
            f"library '{name}': {len(versions)} versions below {root} and none is enabled: "
            f"enable one, or name a file such as {versions[-1]}"
        )
    expected = root / pdk.variants[0] / pdk.libraries[0]
    raise InputError(f"library '{name}': not below $PDK_ROOT: {expected} is absent")


def _below(folder: Path, pdk: Pdk) -> list[Path]:
    """The files there are in `folder`, the preferred one first."""
    candidates = (
        folder / variant / f"{library}{suffix}"
        for variant in pdk.variants
        for library in pdk.libraries
        for suffix in ("", ".gz")
    )
    return [path for path in candidates if path.is_file()]


def _managed(root: Path, pdk: Pdk) -> list[Path]:
    """The file of each version that ciel or volare has installed but not enabled."""
    found = []
    for manager in ("ciel", "volare"):
        versions = root / manager / pdk.family / "versions"
        for version in sorted(versions.iterdir()) if versions.is_dir() else ():
            found += _below(version, pdk)[:1]
    return found
