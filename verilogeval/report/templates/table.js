"use strict";
(() => {
  const body = document.querySelector("#problems tbody");
  const rows = [...body.querySelectorAll("tr.problem")];
  const filter = document.getElementById("filter");
  const rest = document.getElementById("rest");
  const opened = new Map();
  let most = Number(document.getElementById("problems").dataset.most);

  const pressed = (id) => new Set(
    [...document.querySelectorAll(`#${id} [aria-pressed="true"]`)].map((b) => b.dataset.value));

  function select() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = pressed("outcomes"), verdicts = pressed("verdicts");
    let matching = 0;
    for (const row of rows) {
      const { name, category, text, outcome } = row.dataset;
      const looked = `${name} ${category} ${text}`.toLowerCase();
      const matches = words.every((word) => looked.includes(word)) &&
        (!outcomes.size || outcomes.has(outcome)) &&
        (!verdicts.size || row.dataset.verdicts.split(" ").some((v) => verdicts.has(v)));
      matching += matches;
      row.hidden = !matches || matching > most;
      const detail = opened.get(row);
      if (detail) detail.hidden = row.hidden;
    }
    document.getElementById("nothing").hidden = matching > 0;
    document.getElementById("shown").textContent = matching === rows.length
      ? plural(matching, "problem") : `${matching} of ${plural(rows.length, "problem")}`;
    rest.hidden = matching <= most;
    rest.firstElementChild.textContent = `Show ${plural(matching - most, "more problem")}`;
  }

  function sort(header) {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of document.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const field = header.dataset.sort, sign = down ? -1 : 1;
    const value = (row) => field === "category" ? row.dataset.category
      : row.dataset[field] === "" ? -1 : Number(row.dataset[field]);
    const compare = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
    rows.sort((a, b) => sign * compare(a, b) || a.dataset.index - b.dataset.index);
    select();
    body.append(...rows.flatMap((row) => (opened.has(row) ? [row, opened.get(row)] : [row])));
  }

  async function open(row) {
    const button = row.querySelector("button");
    button.setAttribute("aria-expanded", "true");
    row.classList.add("open");
    if (!opened.has(row)) {
      const cell = make("td", {});
      const detail = make("tr", { class: "detail" }, cell);
      opened.set(row, detail);
      row.after(detail);
      spread();
      try {
        cell.append(problemView(row.dataset.name, await unpack(row.dataset.block, row.dataset.place)));
      } catch (error) {
        cell.append(make("p", { class: "nothing" }, `The samples cannot be shown: ${error}`));
      }
    }
    return opened.get(row);
  }

  // A cell that spans a hidden column would bring the column's width back.
  function spread() {
    const columns = [...document.querySelectorAll("#problems thead th")];
    const seen = columns.filter((column) => column.getClientRects().length).length;
    for (const detail of opened.values()) detail.cells[0].colSpan = seen;
  }

  function close(row) {
    row.querySelector("button").setAttribute("aria-expanded", "false");
    row.classList.remove("open");
    opened.get(row)?.remove();
    opened.delete(row);
  }

  async function toggle(row) {
    if (row.classList.contains("open")) {
      close(row);
    } else {
      await open(row);
      history.replaceState(null, "", "#" + encodeURIComponent(row.dataset.name));
    }
  }

  // The address names a problem, or a problem and a sample: #Prob001 or #Prob001/3.
  async function visit() {
    let wanted;
    try { wanted = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const cut = wanted.lastIndexOf("/");
    const named = (name) => rows.find((row) => row.dataset.name === name);
    const whole = named(wanted);
    const row = whole ?? (cut > 0 ? named(wanted.slice(0, cut)) : undefined);
    if (!row) return;
    row.hidden = false;
    const detail = await open(row);
    const sample = Number(wanted.slice(cut + 1));
    const group = whole ? undefined
      : [...detail.querySelectorAll(".sample")].find((one) => one.samples.has(sample));
    if (group) group.open = true;
    (group ?? row).scrollIntoView({ block: "start" });
    (group?.querySelector("summary") ?? row.querySelector("button")).focus({ preventScroll: true });
  }

  function move(from, step) {
    const seen = rows.filter((row) => !row.hidden);
    const next = seen[seen.indexOf(from) + step];
    next?.querySelector("button").focus();
    return Boolean(next);
  }

  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr.problem");
    const reading = String(getSelection()) && !event.target.closest("button");
    if (row && !reading) toggle(row);
  });
  document.querySelector("#problems thead").addEventListener("click", (event) => {
    const header = event.target.closest("[data-sort]");
    if (header) sort(header);
  });
  for (const chips of document.querySelectorAll(".chips"))
    chips.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      select();
    });
  filter.addEventListener("input", select);
  rest.addEventListener("click", () => {
    most = Infinity;
    select();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && event.target !== filter) {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "Escape" && event.target === filter) {
      filter.value = "";
      select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const row = event.target.closest?.("tr.problem");
      const first = event.target === filter && step > 0 ? rows.find((one) => !one.hidden) : null;
      if (row ? move(row, step) : first) event.preventDefault();
      first?.querySelector("button").focus();
    }
  });
  addEventListener("hashchange", visit);
  addEventListener("resize", spread);
  select();
  visit();
})();
