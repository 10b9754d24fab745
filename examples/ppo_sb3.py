"""PPO from Stable-Baselines3 on the synthesis environment.

    pip install 'eda-rl[learn]'
    python examples/ppo_sb3.py --steps 20000

`--masked` takes MaskablePPO, which leaves out moves that a circuit is too large for.
"""

import argparse

import gymnasium
import numpy as np
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--designs", default="generated", help="a file, a suite or a folder")
    parser.add_argument("--table", default="paper")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--masked", action="store_true")
    parser.add_argument("--out", default="ppo.zip")
    options = parser.parse_args()

    env = gymnasium.make("eda_rl:eda_rl/Synthesis-v0", designs=options.designs, table=options.table)
    algorithm = MaskablePPO if options.masked else PPO
    model = algorithm("MultiInputPolicy", env, n_steps=512, seed=0, verbose=1)
    model.learn(options.steps)
    model.save(options.out)
    if not options.masked:
        mean, spread = evaluate_policy(model, env, n_eval_episodes=50, deterministic=False)
        error = spread / np.sqrt(50)
        print(f"improvement on resyn2 over 50 episodes: {mean:+.3f} +- {error:.3f}")
    env.close()


if __name__ == "__main__":
    main()
