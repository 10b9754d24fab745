"""The time limit of a search, and what is kept of it to finish."""

import time

#: Seconds for each AND that writing a netlist takes, and a proof at least.
_NETLIST_S, _PROOF_S = 1.9e-4, 1.6e-4
#: The netlist's proof takes so many times what a circuit's took beside the sessions.
_PROOFS = 1.2


class Clock:
    """How long a search may go on, so that finishing still fits the user's time limit.

    Args:
        time_limit: seconds from `started` to the end of everything, or None.
        started: `time.perf_counter()` when the command began.
        ands: size of the circuit: proofs and netlists take time by it.
        results: how many are to be proven.
    """

    def __init__(
        self, time_limit: float | None, started: float, ands: int, results: int = 1
    ) -> None:
        self.time_limit, self.started, self._ands = time_limit, started, ands
        self._results = results

    def elapsed_s(self) -> float:
        """Seconds since the command began."""
        return time.perf_counter() - self.started

    def finishing_s(self, replay: float, proof: float | None = None) -> float:
        """How long replay, proof and netlist may take.

        Args:
            replay: seconds that running the best recipe takes.
            proof: seconds that the proof of a circuit was seen to take, if any was. That of a
                netlist may take longer: mapping leaves less in place than most moves do.
        """
        proofs = max(_PROOF_S * self._ands, _PROOFS * (proof or 0.0))
        return 1.0 + self._results * (1.5 + replay + _NETLIST_S * self._ands + proofs)

    def searching_left_s(self, replay: float, proof: float | None = None) -> float:
        """Seconds until finishing should begin; see `finishing_s`."""
        if self.time_limit is None:
            return float("inf")
        reserve = min(self.finishing_s(replay, proof), 0.6 * self.time_limit)
        return self.time_limit - reserve - self.elapsed_s()

    def left_s(self, otherwise: float) -> float:
        """Seconds until the time limit, or `otherwise` where there is none."""
        if self.time_limit is None:
            return otherwise
        return max(1.0, self.time_limit - self.elapsed_s())

    def extended(self, seconds: float) -> "Clock":
        """A clock that leaves so much time from now on, whatever this one does."""
        if self.time_limit is None:
            return self
        limit = max(self.time_limit, self.elapsed_s() + seconds)
        return Clock(limit, self.started, self._ands, self._results)
