"""Makes the environment known to Gymnasium."""

import gymnasium

ENV_ID = "eda_rl/Synthesis-v0"


def register() -> None:
    """Register the environment, once.

    Called when `eda_rl` is imported beside Gymnasium, when `rl.environment` is imported, and by
    the entry point that Gymnasium before 1.0 looks for.
    """
    if ENV_ID not in gymnasium.registry:
        gymnasium.register(id=ENV_ID, entry_point="rl.environment.env:SynthesisEnv")
