"""`eda-rl verilogeval generate`: prompts, examples, endpoints that fail, local models, resuming."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import mini
import pytest
from click.testing import CliRunner, Result
from faulty_endpoint import FaultyEndpoint

from eda.errors import InputError
from verilogeval.commands.generate import generate
from verilogeval.commands.score import score
from verilogeval.generation.asking import GaveUpError, Patience, ask
from verilogeval.generation.examples import Fixed, shipped
from verilogeval.generation.prompts import Prompts
from verilogeval.generation.request import AgainError, Message, Reply, Request
from verilogeval.generation.retrieval import Retrieved, near_duplicates
from verilogeval.problem import Problem, Task

BY_PROMPT = {m.task_id: m for m in mini.ALL}


def problem(task_id: str, prompt: str, golden: str, **more: Any) -> Problem:
    return Problem(task_id, Task.SPEC_TO_RTL, "TopModule", prompt, "", golden, **more)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    named = tuple(replace(m, prompt=f"Design the {m.task_id}, please.") for m in mini.ALL)
    return mini.write_v2(tmp_path, named)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(generate, [str(a) for a in arguments], standalone_mode=False)


def reply_to(prompt: str, seed: int | None) -> str:
    m = next(m for name, m in BY_PROMPT.items() if f"the {name}," in prompt)
    return f"Here:\n```verilog\n{m.module('TopModule')}// {seed}\n```\n"


# prompts and examples


def test_a_prompt_holds_rules_examples_and_question(tmp_path: Path) -> None:
    task = problem("p", "Build a gate.\n", "")
    system, user = Prompts().messages(task, Fixed(2).of(task), rules=True)
    assert (system.role, user.role) == ("system", "user")
    text = user.content
    parts = ("Keep to these rules", "adds two", "8 bits that takes over", "Build a gate.")
    order = [text.index(part) for part in parts]
    assert order == sorted(order)
    assert "Keep to" not in Prompts().messages(task, (), rules=False)[1].content
    continued = replace(task, task=Task.CODE_COMPLETE, interface="module TopModule(input a);\n")
    text = Prompts().messages(continued, Fixed(1).of(task), rules=False)[1].content
    assert text.count("begins like this") == 2
    assert "module TopModule(input a);" in text
    assert "[BEGIN]\nlogic [4:0] whole;" in text
    (tmp_path / "user.j2").write_text("Only {{ text }}")
    assert Prompts(tmp_path).messages(task, (), rules=False)[1].content == "Only Build a gate.\n"
    assert Prompts(tmp_path).hash != Prompts().hash


@pytest.mark.parametrize("text", ["{{ unknown }}", "{% if %}"])
def test_a_broken_template_is_told_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "user.j2").write_text(text)
    with pytest.raises(InputError, match=r"user\.j2"):
        Prompts(tmp_path).messages(problem("p", "x", ""), (), rules=False)


def test_shipped_examples_are_right() -> None:
    from pyslang import syntax  # noqa: PLC0415

    assert len(shipped()) == 4
    for example in shipped():
        tree = syntax.SyntaxTree.fromText(example.code(with_header=True))
        assert not [d for d in tree.diagnostics if d.isError()]


def _counter(name: str, words: str, limit: int) -> Problem:
    code = (
        "module TopModule(input clk, input reset, output reg [3:0] q);\n always @(posedge clk)"
        f" if (reset) q <= 0; else if (q == {limit}) q <= 0; else q <= q + 1;\nendmodule\n"
    )
    return problem(name, words, code)


def test_retrieval_gives_the_nearest_and_no_near_duplicate() -> None:
    asked = _counter("Prob007_count9", "A counter that counts from 0 to 9, with a reset.", 9)
    pool = [
        asked,
        _counter("Prob107_count9", "Something else in other words.", 9),  # the same by name
        _counter("Prob008_count11", "Cyclic state of twelve values.", 11),  # the same by code
        problem("Prob009_again", asked.prompt, "module TopModule(output y); assign y=1; endmodule"),
        problem("Prob010_down", "A counter that counts down from 9 to 0, with a reset.",
                mini.TOGGLE.module("TopModule")),
        problem("Prob011_gate", "An AND gate.", mini.AND.module("TopModule")),
    ]  # fmt: skip
    retrieved = Retrieved(pool, 2)
    assert [p.task_id for p, _ in retrieved.nearest(asked)] == ["Prob010_down", "Prob011_gate"]
    assert [e.task_id for e in retrieved.of(asked)] == ["Prob011_gate", "Prob010_down"]
    assert near_duplicates(asked, pool[2])
    assert not near_duplicates(asked, pool[5])
    for other in pool:
        assert all(not near_duplicates(other, p) for p, _ in retrieved.nearest(other))


def test_show_prompt_asks_nothing(dataset: Path) -> None:
    ran = run("--dataset", dataset, "--show-prompt", "--problem", "adder", "--shots", 1)
    assert "Design the adder, please." in ran.stdout
    ran = run("--dataset", dataset, "--show-prompt", "--problem", "adder", "--shots", 2,
              "--examples", "retrieved", "--json")  # fmt: skip
    assert "adder" not in json.loads(ran.stdout)["examples"]


# asking


class _Script:
    """Answers as a list says: a text, or an error."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)

    def describe(self) -> dict[str, Any]:
        return {}

    async def ask(self, request: Request) -> Reply:
        del request
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(answer)

    async def close(self) -> None:
        pass


REQUEST = Request("t", 1, (Message("user", "?"),))


def test_asking_again_ends_with_the_reply_or_the_last_reason() -> None:
    script = _Script(AgainError("busy"), AgainError("busy", 0.01), "yes")
    reply, attempts = asyncio.run(ask(script, REQUEST, Patience(2, 0.0)))
    assert (reply.text, attempts) == ("yes", 3)
    with pytest.raises(GaveUpError, match="still busy"):
        asyncio.run(ask(_Script(AgainError("busy"), AgainError("still busy")), REQUEST,
                        Patience(1, 0.0)))  # fmt: skip


def test_waiting_grows_and_heeds_the_sender() -> None:
    patience = Patience(9, 1.0)
    assert 0.5 <= patience.wait_s(1, None) <= 1
    assert 4 <= patience.wait_s(4, None) <= 8
    assert patience.wait_s(1, 7.0) == 7
    assert patience.wait_s(99, 1e9) <= 60


# endpoints


@pytest.mark.parametrize("stream", [False, True])
def test_an_endpoint_that_fails_loses_nothing(
    tmp_path: Path, dataset: Path, *, stream: bool
) -> None:
    out = tmp_path / "run"
    with FaultyEndpoint(reply_to, faults=0.5, hang_s=2.5) as endpoint:
        words = ["--model", "m", "--base-url", endpoint.url, "--dataset", dataset, "--seed", 5,
                 "--timeout", 2, "--back-off", 0.01, "--retries", 60, "--out", out, "--json",
                 "--price", 1, 2, *(["--stream"] if stream else [])]  # fmt: skip
        first = json.loads(run(*words, "-n", 2, "--temperature", 0.5).stdout)
        assert (first["replies"], first["reused"], first["missing"]) == (8, 0, 0)
        journal = (out / "replies.jsonl").read_bytes()
        (out / "replies.jsonl").write_bytes(journal[:-20])  # as a kill leaves it
        more = json.loads(run(*words, "-n", 3, "--temperature", 0.5, "--resume").stdout)
        assert (more["replies"], more["reused"]) == (12, 7)
        assert sum(endpoint.answered.values()) == 13
        assert sum(endpoint.failed[kind] for kind in endpoint.KINDS) > 0
        assert {body["temperature"] for body in endpoint.seen} == {0.5}
        other = run(*words, "-n", 3, "--temperature", 0.9, "--resume")
        assert isinstance(other.exception, InputError)
        assert "another sampling" in str(other.exception)
        assert isinstance(run(*words).exception, InputError)  # without --resume
    samples = [json.loads(line) for line in (out / "samples.jsonl").read_text().splitlines()]
    assert [(s["task_id"], s["sample"]) for s in samples] == [
        (name, n) for name in sorted(BY_PROMPT) for n in (1, 2, 3)
    ]
    assert all(BY_PROMPT[s["task_id"]].body in s["completion"] for s in samples)
    assert more["cost"] == (more["prompt_tokens"] + 2 * more["completion_tokens"]) / 1e6


def test_what_gets_no_reply_is_told_and_can_be_asked_for_later(
    tmp_path: Path, dataset: Path
) -> None:
    out = tmp_path / "run"
    with FaultyEndpoint(reply_to, faults=1.0, hang_s=0) as endpoint:
        endpoint.KINDS = ("500",)
        words = ["--model", "m", "--base-url", endpoint.url, "--dataset", dataset, "--out", out]
        ran = run(*words, "--retries", 1, "--back-off", 0)
        assert ran.return_value == 3
        assert "no reply for" in ran.stderr
        endpoint._faults = 0.0
        assert run(*words, "--resume").return_value == 0


def test_an_endpoint_needs_a_key_or_an_address(dataset: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    ran = run("--model", "m", "--dataset", dataset)
    assert isinstance(ran.exception, InputError)
    assert "OPENAI_API_KEY" in str(ran.exception)
    ran = run("--dataset", dataset)
    assert "one of --model" in str(ran.exception)


# other models


def test_ready_replies_become_samples(tmp_path: Path, dataset: Path) -> None:
    replies = tmp_path / "replies"
    replies.mkdir()
    (replies / "adder_sample01.txt").write_text(reply_to("the adder,", 1))
    (replies / "adder_sample02.md").write_text("I cannot.")
    out = tmp_path / "run"
    ran = run("--replies", replies, "--dataset", dataset, "--problem", "adder", "-n", 3,
              "--out", out, "--json")  # fmt: skip
    told = json.loads(ran.stdout)
    assert (told["replies"], told["refused"], told["without_code"]) == (2, 1, 1)
    samples = [json.loads(line) for line in (out / "samples.jsonl").read_text().splitlines()]
    assert [s["found"] for s in samples] == ["module", "nothing", "nothing"]
    lines = tmp_path / "replies.jsonl"
    lines.write_text(json.dumps({"task_id": "adder", "reply": "module TopModule; endmodule"}))
    ran = run("--replies", lines, "--dataset", dataset, "--problem", "adder", "--out",
              tmp_path / "run2", "--json")  # fmt: skip
    assert json.loads(ran.stdout)["without_code"] == 0


def tiny_model(folder: Path) -> Path:
    """A transformer of random weights that knows Verilog's characters."""
    import torch  # noqa: PLC0415
    from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: PLC0415
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast  # noqa: PLC0415

    letters = ["<end>", *map(chr, range(32, 127)), "\n"]
    tokenizer = Tokenizer(models.WordLevel({c: n for n, c in enumerate(letters)}, "<end>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>")
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=len(letters), n_positions=128, n_embd=16, n_layer=1, n_head=2,
                        bos_token_id=0, eos_token_id=0)  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def test_a_model_on_this_machine_generates_and_is_scored(tmp_path: Path, dataset: Path) -> None:
    model, out = tiny_model(tmp_path / "tiny"), tmp_path / "run"
    words = ["--local", model, "--dataset", dataset, "-n", 2, "--seed", 3, "--max-tokens", 24,
             "--problem", "adder", "--problem", "and_gate", "--json"]  # fmt: skip
    told = json.loads(run(*words, "--out", out).stdout)
    assert (told["replies"], told["missing"]) == (4, 0)
    assert 0 < told["completion_tokens"] <= 4 * 24
    replies = [json.loads(line)["reply"]["text"] for line in
               (out / "replies.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    assert len(set(replies)) > 1
    json.loads(run(*words, "--out", tmp_path / "again").stdout)
    again = (tmp_path / "again" / "replies.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["reply"]["text"] for line in again] == replies
    scored = CliRunner().invoke(
        score,
        [str(out / "samples.jsonl"), "--dataset", str(dataset), "--out", str(tmp_path / "scored"),
         "--missing", "leave-out", "--jobs", "1", "--no-waves", "--json"],
        standalone_mode=False,
    )  # fmt: skip
    summary = json.loads(scored.stdout)
    assert summary["samples"] == 4
    assert summary["verdicts"].get("tool_error", 0) == 0


def test_rounds_of_repair_hand_back_what_is_wrong(
    tmp_path: Path, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDA_RL_CACHE", str(tmp_path / "cache"))

    def better(prompt: str, seed: int | None) -> str:
        del seed
        if "The compiler refuses it." in prompt:
            return mini.AND.module("TopModule", "assign y = a | b;")
        if "outputs differ" in prompt:
            return mini.AND.module("TopModule")
        return "module TopModule(input a, b, output y); assign y = ; endmodule"

    out = tmp_path / "run"
    with FaultyEndpoint(better, faults=0.0) as endpoint:
        words = ["--model", "m", "--base-url", endpoint.url, "--dataset", dataset, "--problem",
                 "and_gate", "--out", out, "--json"]  # fmt: skip
        told = json.loads(run(*words, "--repair", 3).stdout)
        assert [turn["pass"] for turn in told["rounds"]] == [0, 0, 1]
        asked = len(endpoint.seen)
        assert asked == 3
        assert [m["role"] for m in endpoint.seen[-1]["messages"]] == [
            "system", "user", "assistant", "user", "assistant", "user"
        ]  # fmt: skip
        assert "sample.sv:1" in endpoint.seen[1]["messages"][-1]["content"]
        again = json.loads(run(*words, "--repair", 3, "--resume").stdout)
        assert (len(endpoint.seen), again["rounds"]) == (asked, told["rounds"])
    last = json.loads((out / "samples-round2.jsonl").read_text())
    assert "a & b" in last["completion"]
