"use strict";
// Narrow screens get a narrower drawing rather than smaller letters.
const NARROW = matchMedia("(max-width: 720px)").matches;
const WAVE = { width: NARROW ? 400 : 640, left: NARROW ? 112 : 152, right: 12, top: 8, row: 22, high: 12 };
const WIDE = 6.65, SMALL = 5.75;  // a letter of a name, a letter of small print

// A drawing of a window of waveforms; the sample's are shaded where they differ.
function waveView(wave) {
  const { width, left, right, top, row } = WAVE;
  const span = Math.max(1, wave.to - wave.from);
  const x = (time) => left + (width - left - right) * (time - wave.from) / span;
  const signals = ordered(wave.signals);
  const bottom = top + row * signals.length;
  const svg = make("svg", {
    viewBox: `0 0 ${width} ${bottom + 22}`, role: "img",
    "aria-label": "waveforms around the first mismatch",
  });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const at = left + (width - left - right) * share;
    svg.append(make("line", { class: "grid", x1: at, x2: at, y1: top, y2: bottom + 3 }));
  }
  signals.forEach((signal, index) => {
    const group = make("g", { class: signal.role });
    const y = top + row * index + (row - WAVE.high) / 2;
    const partner = signal.role === "sample" ? partnerOf(signal, signals) : undefined;
    for (const [start, end] of partner ? differences(partner, signal, wave.to) : [])
      group.append(make("rect", {
        class: "differs", x: x(start), width: Math.max(1, x(end) - x(start)), y: y - 4, height: row - 2,
      }));
    group.append(label(signal, y));
    const draw = signal.width === 1 ? drawLine : drawBus;
    segments(signal, wave.to).forEach((part) => draw(group, part, x, y));
    svg.append(group);
  });
  svg.append(...axis(wave, x, bottom));
  return make("div", { class: "wave", tabindex: "0", role: "group", "aria-label": "waveforms" }, svg);
}

// Names end in who drives the signal, or are the same for reference and sample.
const ROLE = /[\s_]*\(?(ref|dut|reference|sample)\)?$/i;
const stem = (name) => name.replace(ROLE, "");

function label(signal, y) {
  const name = signal.name.replace(/ \((reference|sample)\)$/, "");
  const tag = ROLE.test(name) ? "" : { reference: "ref", sample: "sample", input: "" }[signal.role];
  const room = Math.floor((WAVE.left - 18 - (tag ? SMALL * tag.length + 5 : 0)) / WIDE);
  const short = name.length > room ? name.slice(0, room - 1) + "\u2026" : name;
  const text = make("text", { x: 10, y: y + 10, class: signal.role === "input" ? "soft" : "" }, short);
  text.append(make("title", {}, `${signal.name}, ${signal.width} bit, ${signal.role}`));
  const parts = make("g", {}, text);
  const after = { x: 15 + WIDE * short.length, y: y + 10, class: "small" };
  if (tag) parts.append(make("text", after, tag));
  return parts;
}

// Inputs first, then each of the reference's signals with the sample's beside it.
function ordered(signals) {
  const pairs = signals.filter((one) => one.role === "reference").flatMap((one) =>
    [one, ...signals.filter((other) => other.role === "sample" && stem(other.name) === stem(one.name))]);
  const chosen = new Set([...signals.filter((one) => one.role === "input"), ...pairs]);
  return [...chosen, ...signals.filter((one) => !chosen.has(one))];
}

function partnerOf(signal, signals) {
  return signals.find((other) => other.role === "reference" && stem(other.name) === stem(signal.name));
}

function segments(signal, end) {
  return signal.changes.map(([from, value], index) => ({
    from, value, to: signal.changes[index + 1]?.[0] ?? end, first: index === 0,
  }));
}

// Where the values differ in a bit that the reference defines.
function differences(reference, sample, end) {
  const found = [];
  for (const a of segments(reference, end))
    for (const b of segments(sample, end)) {
      const from = Math.max(a.from, b.from), to = Math.min(a.to, b.to);
      const apart = [...a.value].some((bit, place) => bit !== "x" && bit !== b.value[place]);
      if (from < to && apart) found.push([from, to]);
    }
  return found;
}

function drawLine(group, part, x, y) {
  const from = x(part.from), to = x(part.to), low = y + WAVE.high, middle = y + WAVE.high / 2;
  if (part.value === "x") {
    group.append(make("path", { class: "unknown", d: `M${from} ${y}H${to}V${low}H${from}Z` }));
    return;
  }
  const level = { 0: low, 1: y, z: middle }[part.value];
  const rise = part.first ? "" : `M${from} ${y}V${low}`;
  const style = part.value === "z" ? { class: "floating" } : {};
  group.append(make("path", { ...style, d: `${rise}M${from} ${level}H${to}` }));
}

function drawBus(group, part, x, y) {
  const from = x(part.from), to = x(part.to), low = y + WAVE.high, middle = y + WAVE.high / 2;
  const lean = Math.min(3, (to - from) / 2);
  const shape =
    `M${from} ${middle}L${from + lean} ${y}H${to - lean}L${to} ${middle}` +
    `L${to - lean} ${low}H${from + lean}Z`;
  const style = part.value.includes("x") ? { class: "unknown" } : {};
  const box = make("path", { ...style, d: shape });
  const digits = hexadecimal(part.value);
  box.append(make("title", {}, `${part.value.length}'h${digits} = 'b${part.value}`));
  group.append(box);
  const room = Math.floor((to - from - 6) / 6.7);
  if (room < 1) return;
  const short = digits.length <= room ? digits : room > 2 ? digits.slice(0, room - 1) + "\u2026" : "";
  const place = { x: (from + to) / 2, y: y + 9.8, "text-anchor": "middle" };
  group.append(make("text", place, short));
}

function hexadecimal(bits) {
  const padded = bits.padStart(Math.ceil(bits.length / 4) * 4, /^[xz]/.test(bits) ? bits[0] : "0");
  return padded.replace(/.{4}/g, (four) => {
    if (/^[01]+$/.test(four)) return parseInt(four, 2).toString(16);
    return /^z+$/.test(four) ? "z" : "x";
  });
}

function axis(wave, x, bottom) {
  const place = { y: bottom + 15, class: "small" };
  const words = (time) => moment(time, wave.timescale);
  const start = make("text", { ...place, x: x(wave.from) }, words(wave.from));
  const end = make("text", { ...place, x: x(wave.to), "text-anchor": "end" }, words(wave.to));
  if (wave.mismatch < wave.from || wave.mismatch > wave.to) return [start, end];
  const at = x(wave.mismatch), room = 125;
  const left = at - WAVE.left < room, right = WAVE.width - WAVE.right - at < room;
  const anchor = right ? "end" : left ? "start" : "middle";
  const mark = { x: at, y: bottom + 15, class: "small moment", "text-anchor": anchor };
  return [
    ...(left && anchor !== "end" ? [] : [start]),
    ...(right ? [] : [end]),
    make("line", { class: "moment", x1: at, x2: at, y1: WAVE.top - 4, y2: bottom + 4 }),
    make("text", mark, `mismatch ${words(wave.mismatch)}`),
  ];
}

// A time in the largest unit in which it is at least 1.
function moment(time, timescale) {
  const units = ["fs", "ps", "ns", "us", "ms", "s"];
  const [, count, unit] = /^(\d+)(\w+)$/.exec(timescale);
  let value = time * Number(count), place = units.indexOf(unit);
  while (value >= 1000 && place < units.length - 1) { value /= 1000; place += 1; }
  return `${Number(value.toFixed(3))} ${units[place]}`;
}
