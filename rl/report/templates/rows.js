"use strict";
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

// The page's table, whose rows sort, filter and open, by keyboard, too.
//
// Rows carry data-index, data-text, which the filter looks through, and what headers with data-sort
// and buttons below .chips[data-of] ask for. `draw` fills in what a row shows when it is opened;
// `toggled` is told of a row that was opened by hand. The table has data-noun, and data-most where
// only so many rows are laid out unasked.
function rowTable(table, draw, toggled = () => {}) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const filter = document.getElementById("filter");
  const rest = document.getElementById("rest");
  const chips = [...document.querySelectorAll(".chips[data-of]")];
  const noun = table.dataset.noun;
  const opened = new Map();
  let most = Number(table.dataset.most ?? Infinity);

  function chosen(row) {
    return chips.every((group) => {
      const pressed = [...group.querySelectorAll('[aria-pressed="true"]')];
      const values = row.dataset[group.dataset.of].split(" ");
      return !pressed.length || pressed.some((button) => values.includes(button.dataset.value));
    });
  }

  function select() {
    if (!filter) return;
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let matching = 0;
    for (const row of rows) {
      const matches = words.every((word) => row.dataset.text.includes(word)) && chosen(row);
      matching += matches;
      row.hidden = !matches || matching > most;
      const detail = opened.get(row);
      if (detail) detail.hidden = row.hidden;
    }
    document.getElementById("nothing").hidden = matching > 0;
    document.getElementById("shown").textContent = matching === rows.length
      ? plural(matching, noun) : `${matching} of ${plural(rows.length, noun)}`;
    if (!rest) return;
    rest.hidden = matching <= most;
    rest.firstElementChild.textContent = `Show ${plural(matching - most, "more " + noun)}`;
  }

  function sort(header) {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.dataset[header.dataset.sort];
    const numbers = rows.every((row) => value(row) === "" || !Number.isNaN(Number(value(row))));
    const compare = (a, b) => {
      if (value(a) === "" || value(b) === "") return (value(a) === "") - (value(b) === "");
      const order = numbers ? Number(value(a)) - Number(value(b))
        : value(a).localeCompare(value(b), "en", { numeric: true });
      return down ? -order : order;
    };
    rows.sort((a, b) => compare(a, b) || a.dataset.index - b.dataset.index);
    select();
    body.append(...rows.flatMap((row) => (opened.has(row) ? [row, opened.get(row)] : [row])));
  }

  // A cell that spans a hidden column would bring the column's width back.
  function spread() {
    const seen = [...table.tHead.rows[0].cells].filter((cell) => cell.getClientRects().length);
    for (const detail of opened.values()) detail.cells[0].colSpan = seen.length;
  }

  async function open(row) {
    row.querySelector(".open-button").setAttribute("aria-expanded", "true");
    row.classList.add("open");
    if (!opened.has(row)) {
      const detail = document.createElement("tr");
      const cell = detail.insertCell();
      detail.className = "detail";
      opened.set(row, detail);
      row.after(detail);
      spread();
      try {
        await draw(row, cell);
      } catch (error) {
        cell.textContent = `The ${noun} cannot be shown: ${error}`;
      }
    }
    return opened.get(row);
  }

  function close(row) {
    row.querySelector(".open-button").setAttribute("aria-expanded", "false");
    row.classList.remove("open");
    opened.get(row).remove();
    opened.delete(row);
  }

  async function toggle(row) {
    if (opened.has(row)) return close(row);
    await open(row);
    toggled(row);
  }

  function move(from, step) {
    const seen = rows.filter((row) => !row.hidden);
    const next = seen[seen.indexOf(from) + step];
    next?.querySelector(".open-button").focus();
    return Boolean(next);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && event.target !== filter) {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "Escape" && event.target === filter) {
      filter.value = "";
      select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const row = event.target.closest?.("tr");
      const first = event.target === filter && step > 0 ? rows.find((one) => !one.hidden) : null;
      if (rows.includes(row) ? move(row, step) : first) event.preventDefault();
      first?.querySelector(".open-button").focus();
    }
  }

  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    const reading = String(getSelection()) && !event.target.closest("button");
    if (rows.includes(row) && !reading) toggle(row);
  });
  table.tHead.addEventListener("click", (event) => {
    const header = event.target.closest("[data-sort]");
    if (header) sort(header);
  });
  for (const group of chips)
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      select();
    });
  filter?.addEventListener("input", select);
  if (filter) document.addEventListener("keydown", key);
  rest?.addEventListener("click", () => {
    most = Infinity;
    select();
  });
  addEventListener("resize", spread);
  select();
  return { rows, open };
}
