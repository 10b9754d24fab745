"""Synthesis as a Gymnasium environment, `eda_rl/Synthesis-v0`."""

from rl.environment.engine import Engine, Loaded
from rl.environment.env import Snapshot, SynthesisEnv
from rl.environment.registration import ENV_ID, register

__all__ = ["ENV_ID", "Engine", "Loaded", "Snapshot", "SynthesisEnv", "register"]

register()
