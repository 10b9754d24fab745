"use strict";
const NAMES = {
  pass: "pass", mismatch: "mismatch", compile_error: "compile error", timeout: "timeout",
  no_result: "no result", rejected: "rejected", tool_error: "tool error",
};

const BRIEF = new Set(["proof", "area-delay product", "no ratio"]);

async function unpack(block, place) {
  const packed = document.getElementById("d" + block).textContent;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text())[place];
}

// A problem's samples, alike ones together; each is drawn when it is opened.
function problemView(name, data) {
  const view = make("div", { class: "opened" });
  if (data.prompt)
    view.append(make("details", { class: "prompt" },
      make("summary", {}, "Prompt"), make("pre", { tabindex: "0" }, data.prompt)));
  if (data.missing) view.append(make("p", { class: "soft" }, plural(data.missing, "sample") + " missing"));
  if (!data.groups.length) view.append(make("p", { class: "soft" }, "No samples."));
  for (const group of data.groups) view.append(groupView(name, group));
  if (data.groups.length === 1) view.querySelector(".sample").open = true;
  return view;
}

function groupView(name, group) {
  const letter = group.letter && group.letter !== "." ? [make("i", {}, group.letter)] : [];
  const summary = make("summary", {},
    verdictKey(group.verdict),
    make("span", { class: "verdict" }, NAMES[group.verdict], ...letter),
    make("span", { class: "who", title: "samples " + ranges(group.samples) }, who(group.samples)),
    make("span", { class: "why" }, why(group)));
  const view = make("details", { class: "sample" }, summary);
  view.samples = new Set(group.samples);
  view.addEventListener("toggle", () => {
    if (view.open && view.children.length === 1) view.append(bodyView(name, group));
  });
  return view;
}

function bodyView(name, group) {
  const evidence = make("div", { class: "evidence" });
  if (group.message.includes("\n")) evidence.append(make("h3", {}, "Message"), make("pre", { class: "message " + group.verdict }, group.message));
  if (group.wave) evidence.append(make("h3", {}, "First mismatch"), waveView(group.wave));
  if (group.log) evidence.append(make("h3", {}, "Log"), make("pre", { tabindex: "0" }, group.log));
  const source = make("div", {});
  if (group.source === null) source.append(make("p", { class: "soft" }, "The run folder does not keep this source."));
  else source.append(make("h3", {}, `sources/${group.hash}.sv`.replace(/(\w{12})\w+/, "$1\u2026")), sourceView(group.source, group.lines));
  const two = evidence.children.length ? " two" : "";
  const body = make("div", { class: "body" + two }, numbers(name, group), source);
  if (group.claims.length) body.firstElementChild.after(claimsView(group.claims));
  if (two) body.append(evidence);
  queueMicrotask(() => showBad(source));
  return body;
}

// Brings the first marked line into its own frame, without moving the page.
function showBad(source) {
  const bad = source.querySelector(".bad"), frame = source.querySelector(".code");
  if (bad) frame.scrollTop = bad.offsetTop - frame.offsetTop - frame.clientHeight / 2;
}

function numbers(name, group) {
  const links = group.samples.map((sample) =>
    make("a", { href: "#" + encodeURIComponent(name) + "/" + sample }, String(sample)));
  const word = links.length === 1 ? "sample" : "samples with this source:";
  return make("div", { class: "numbers" }, name, make("span", {}, word), ...links);
}

// Proof, area and delay.
function claimsView(claims) {
  return make("dl", { class: "facts claims" }, ...claims.map(([name, words]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, words))));
}

function verdictKey(verdict) {
  return make("svg", { class: "key", viewBox: "0 0 9 9", "aria-hidden": "true" },
    make("rect", { class: "v-" + verdict, width: 9, height: 9 }));
}

function who(samples) {
  return samples.length > 1 ? plural(samples.length, "sample") : "sample " + samples[0];
}

function why(group) {
  const first = group.message.split("\n", 1)[0];
  if (group.verdict === "pass") return group.claims.filter(([name]) => BRIEF.has(name))
    .map(([name, words]) => `${name}: ${words}`).join(", ");
  if (first || group.verdict !== "mismatch") return first;
  const where = [
    group.time === null ? "" : `first at ${group.time}`,
    group.signals.length ? `in ${group.signals.join(", ")}` : "",
  ].filter(Boolean).join(" ");
  const count = group.mismatches === null ? ""
    : `${group.mismatches} of ${group.stimuli ?? "?"} mismatched`;
  return [count, where].filter(Boolean).join(", ");
}

// 1, 2, 3, 7 as "1-3, 7".
function ranges(numbers) {
  const found = [];
  for (const number of numbers) {
    const last = found[found.length - 1];
    if (last && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? from : `${from}\u2013${to}`)).join(", ");
}
