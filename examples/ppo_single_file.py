"""PPO in one file, from rollout to update, on several copies of the synthesis environment.

    python examples/ppo_single_file.py --steps 20000

Reads from top to bottom: a network for moves and value, rollouts, advantages, updates.
"""

import argparse
import time

import gymnasium
import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--designs", default="generated", help="a file, a suite or a folder")
parser.add_argument("--steps", type=int, default=20_000)
parser.add_argument("--copies", type=int, default=2)
parser.add_argument("--rollout", type=int, default=256, help="steps of each copy between updates")
parser.add_argument("--seed", type=int, default=0)
OPTIONS = parser.parse_args()
GAMMA, LAMBDA, CLIP, ENTROPY, EPOCHS, BATCH, RATE = 1.0, 0.95, 0.2, 0.01, 6, 64, 3e-4


class Agent(nn.Module):
    def __init__(self, figures: int, length: int, moves: int) -> None:
        super().__init__()
        self.moves = moves
        width = figures + length * (moves + 1)
        self.body = nn.Sequential(nn.Linear(width, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.policy, self.value = nn.Linear(64, moves), nn.Linear(64, 1)

    def forward(
        self, figures: torch.Tensor, recipe: torch.Tensor
    ) -> tuple[Categorical, torch.Tensor]:
        told = nn.functional.one_hot(recipe, self.moves + 1).flatten(1).float()
        hidden = self.body(torch.cat([figures, told], dim=1))
        return Categorical(logits=self.policy(hidden)), self.value(hidden).squeeze(1)


def tensors(observation: dict[str, np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(observation["statistics"]), torch.tensor(observation["recipe"])


if __name__ == "__main__":
    torch.manual_seed(OPTIONS.seed)
    envs = gymnasium.make_vec(
        "eda_rl:eda_rl/Synthesis-v0",
        OPTIONS.copies,
        vectorization_mode="async",
        designs=OPTIONS.designs,
        vector_kwargs={"autoreset_mode": gymnasium.vector.AutoresetMode.SAME_STEP},
    )
    spaces = envs.single_observation_space
    agent = Agent(
        spaces["statistics"].shape[0], len(spaces["recipe"].nvec), int(envs.single_action_space.n)
    )
    optimizer = torch.optim.Adam(agent.parameters(), RATE)
    now, _ = envs.reset(seed=OPTIONS.seed)
    began, steps, returns = time.perf_counter(), 0, []

    while steps < OPTIONS.steps:
        rows = []  # of each step: figures, recipe, moves, log-likelihoods, values, rewards, ends
        for _ in range(OPTIONS.rollout):
            with torch.no_grad():
                choice, value = agent(*tensors(now))
                move = choice.sample()
            after, reward, ended, cut, _ = envs.step(move.numpy())
            over = ended | cut
            rows.append((*tensors(now), move, choice.log_prob(move), value, reward, over))
            returns += [float(each) for each, end in zip(reward, over, strict=True) if end]
            now = after
            steps += OPTIONS.copies
        figures, recipes, moves, likely, values = (
            torch.stack([row[column] for row in rows]) for column in range(5)
        )
        rewards = torch.tensor(np.array([row[5] for row in rows]), dtype=torch.float32)
        goes_on = 1 - torch.tensor(np.array([row[6] for row in rows]), dtype=torch.float32)

        with torch.no_grad():
            following = agent(*tensors(now))[1]
        advantages, carried = torch.zeros_like(rewards), torch.zeros(OPTIONS.copies)
        for step in reversed(range(len(rows))):
            surprise = rewards[step] + GAMMA * following * goes_on[step] - values[step]
            carried = surprise + GAMMA * LAMBDA * goes_on[step] * carried
            advantages[step], following = carried, values[step]
        targets = (advantages + values).flatten()
        flat = [each.flatten(0, 1) for each in (figures, recipes, moves, likely, advantages)]

        for _ in range(EPOCHS):
            for batch in torch.randperm(len(targets)).split(BATCH):
                seen, told, made, before, gain = (each[batch] for each in flat)
                choice, value = agent(seen, told)
                gain = (gain - gain.mean()) / (gain.std() + 1e-8)
                ratio = (choice.log_prob(made) - before).exp()
                clipped = ratio.clamp(1 - CLIP, 1 + CLIP)
                loss = -torch.min(ratio * gain, clipped * gain).mean()
                loss = loss + 0.5 * (value - targets[batch]).pow(2).mean()
                loss = loss - ENTROPY * choice.entropy().mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()
        recent = returns[-100:]
        rate = steps / (time.perf_counter() - began)
        print(f"{steps:7} steps  {rate:5.0f}/s  return {np.mean(recent):+.3f} over {len(recent)}")
    envs.close()
