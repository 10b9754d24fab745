"""Whether PPO from Stable-Baselines3, as it comes, learns in the environment, as it comes.

    python -m benchmarks.ppo --steps 20000

Return of a random policy and of PPO after training, over the same designs and seeds; an episode
is ten moves of the paper's table on a design of the generated suite under `map`.
"""

import argparse
import time

import gymnasium
import numpy as np
from stable_baselines3 import PPO

from benchmarks.common import conditions
from rl.environment import ENV_ID
from rl.suites import find_suite


def returns(env: gymnasium.Env, model: PPO | None, episodes: int) -> np.ndarray:
    """The return of each episode; designs in turn, so that both policies see the same ones."""
    names = [design.name for design in find_suite("generated").designs]
    env.action_space.seed(1)
    found = []
    for number in range(episodes):
        observation, _ = env.reset(seed=number, options={"design": names[number % len(names)]})
        total, over = 0.0, False
        while not over:
            if model is None:
                action = env.action_space.sample()
            else:
                action, _ = model.predict(observation, deterministic=False)
            observation, reward, ended, cut, _ = env.step(int(action))
            total += float(reward)
            over = ended or cut
        found.append(total)
    return np.array(found)


def main() -> None:
    """Print both means with their standard errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--episodes", type=int, default=440)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(conditions())
    env = gymnasium.make(ENV_ID)
    model = PPO("MultiInputPolicy", env, seed=options.seed, n_steps=512, device="cpu")
    began = time.perf_counter()
    model.learn(options.steps)
    print(f"{options.steps} steps in {time.perf_counter() - began:.0f} s")
    random, trained = (returns(env, each, options.episodes) for each in (None, model))
    gap = trained - random
    for name, each in (("random", random), ("PPO", trained), ("difference, by episode", gap)):
        error = each.std(ddof=1) / np.sqrt(len(each))
        print(f"{name}: {each.mean():+.4f}, standard error {error:.4f}")
    env.close()


if __name__ == "__main__":
    main()
