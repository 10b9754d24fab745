"use strict";
// An element with attributes and children; children that are text stay text.
function make(tag, attributes, ...children) {
  const svg = ["svg", "g", "path", "rect", "line", "text", "title"].includes(tag);
  const element = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const KEYWORDS = new Set((
  "always always_comb always_ff always_latch and assign automatic begin bit buf byte case casex " +
  "casez default defparam disable else end endcase endfunction endgenerate endmodule endtask " +
  "enum final for force forever fork function generate genvar if initial inout input int " +
  "integer join localparam logic longint module nand negedge nor not or output packed parameter " +
  "posedge real reg release repeat return shortint signed struct supply0 supply1 task time " +
  "tri typedef union unique unsigned wait while wire xnor xor").split(" "));

const TOKENS = new RegExp([
  "(\\/\\/[^\\n]*|\\/\\*[^]*?(?:\\*\\/|$))",
  '("(?:\\\\.|[^"\\\\\\n])*")',
  "([`$]\\w+)",
  "((?:\\d[\\d_]*)?'[sS]?[bBoOdDhH][0-9a-fA-FxXzZ_?]+|'[01xz]|\\b\\d[\\d_.]*)",
  "([A-Za-z_][\\w$]*)",
].join("|"), "g");
const KINDS = ["comment", "string", "special", "number", "keyword"];

// The source in numbered lines, coloured; `bad` are the numbers of lines to mark.
function sourceView(text, bad) {
  const rows = [];
  const begin = () => rows.push(make("span", { class: "row" }));
  const put = (piece, kind) => {
    piece.split("\n").forEach((part, index) => {
      if (index) begin();
      const row = rows[rows.length - 1];
      row.append(kind && part ? make("span", { class: "t-" + kind }, part) : part);
    });
  };
  begin();
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    if (kind === "keyword" && !KEYWORDS.has(match[0])) continue;
    put(text.slice(at, match.index));
    put(match[0], kind);
    at = match.index + match[0].length;
  }
  put(text.slice(at));
  if (rows.length > 1 && !rows[rows.length - 1].textContent) rows.pop();
  for (const number of bad) rows[number - 1]?.classList.add("bad");
  for (const row of rows) row.append("\n");
  const view = make("pre", { class: "code", tabindex: "0", "aria-label": "source" }, ...rows);
  return view;
}
