"""By what means runs are isolated on a machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Isolation:
    """The means that are in use; limits on time, memory and files are always.

    Attributes:
        namespaces: of the launcher, of "ipc", "net", "pid", "user": all but the last, or none.
        landlock: Landlock's ABI, 0 without it.
        seccomp: whether system calls are filtered.
        bubblewrap: whether each run gets its own view of the file system, for want of Landlock.
    """

    namespaces: tuple[str, ...]
    landlock: int
    seccomp: bool
    bubblewrap: bool

    @property
    def strong(self) -> bool:
        """Whether files and other processes are out of reach, and so is the network."""
        return self.seccomp and (self.landlock > 0 or self.bubblewrap)

    def describe(self) -> str:
        """The means in one word, the same for the same means."""
        parts = {
            "bubblewrap": self.bubblewrap,
            "namespaces": bool(self.namespaces),
            "landlock": self.landlock > 0,
            "seccomp": self.seccomp,
        }
        return "+".join(name for name, present in parts.items() if present) or "limits"

    def remedy(self) -> str:
        """What to do where it is not strong."""
        if not self.seccomp:
            return (
                "a kernel with seccomp filters (CONFIG_SECCOMP_FILTER) on x86_64 or aarch64 is "
                "needed; in a container, one that allows seccomp(2)"
            )
        return (
            "boot Linux 5.13 or later with Landlock (add 'landlock' to the kernel's lsm= list), "
            "or install Bubblewrap ('sudo apt-get install bubblewrap'); in a container, allow "
            "landlock_create_ruleset(2)"
        )
