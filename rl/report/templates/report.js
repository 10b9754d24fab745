"use strict";
(() => {
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const alone = "alone" in table.dataset;
  const filter = document.getElementById("filter");
  const opened = new Map();

  async function unpack(index) {
    const packed = document.getElementById("d" + index).textContent;
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  }

  function select() {
    if (alone) return;
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = new Set([...document.querySelectorAll('#states [aria-pressed="true"]')]
      .map((button) => button.dataset.value));
    let matching = 0;
    for (const row of rows) {
      const matches = words.every((word) => row.dataset.text.includes(word)) &&
        (!states.size || states.has(row.dataset.state));
      matching += matches;
      row.hidden = !matches;
      const detail = opened.get(row);
      if (detail) detail.hidden = !matches;
    }
    document.getElementById("nothing").hidden = matching > 0;
    const noun = rows.length === 1 ? "run" : "runs";
    document.getElementById("shown").textContent = matching === rows.length
      ? `${matching} ${noun}` : `${matching} of ${rows.length} ${noun}`;
  }

  function sort(header) {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const field = header.dataset.sort;
    const value = (row) => row.dataset[field];
    const numbers = rows.every((row) => value(row) === "" || !Number.isNaN(Number(value(row))));
    const compare = (a, b) => {
      if (value(a) === "" || value(b) === "") return (value(a) === "") - (value(b) === "");
      const order = numbers ? Number(value(a)) - Number(value(b))
        : value(a).localeCompare(value(b), "en", { numeric: true });
      return down ? -order : order;
    };
    rows.sort((a, b) => compare(a, b) || a.dataset.index - b.dataset.index);
    body.append(...rows.flatMap((row) => (opened.has(row) ? [row, opened.get(row)] : [row])));
  }

  async function open(row) {
    row.querySelector(".open-button").setAttribute("aria-expanded", "true");
    row.classList.add("open");
    const detail = document.createElement("tr");
    const cell = detail.insertCell();
    detail.className = "detail";
    cell.colSpan = row.cells.length;
    opened.set(row, detail);
    row.after(detail);
    try {
      // Written by the template that wrote this page, which escapes all that it is handed.
      cell.innerHTML = await unpack(row.dataset.index);
    } catch (error) {
      cell.textContent = `The run cannot be shown: ${error}`;
    }
  }

  function toggle(row) {
    if (!opened.has(row)) return open(row);
    row.querySelector(".open-button").setAttribute("aria-expanded", "false");
    row.classList.remove("open");
    opened.get(row).remove();
    opened.delete(row);
  }

  async function copy(button) {
    const text = button.closest(".opened").querySelector(`[data-copy="${button.dataset.copies}"]`);
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = words; }, 2000);
  }

  body.addEventListener("click", (event) => {
    const button = event.target.closest(".copy");
    if (button) return void copy(button);
    const row = event.target.closest("tr.row");
    if (row && (!String(getSelection()) || event.target.closest("button"))) toggle(row);
  });
  table.tHead.addEventListener("click", (event) => {
    const header = event.target.closest("[data-sort]");
    if (header) sort(header);
  });
  document.getElementById("states")?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    select();
  });
  filter?.addEventListener("input", select);

  function move(from, step) {
    const seen = rows.filter((row) => !row.hidden);
    const next = seen[seen.indexOf(from) + step];
    next?.querySelector(".open-button").focus();
    return Boolean(next);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !filter) return;
    if (event.key === "/" && event.target !== filter) {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "Escape" && event.target === filter) {
      filter.value = "";
      select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const row = event.target.closest?.("tr.row");
      const first = event.target === filter && step > 0 ? rows.find((one) => !one.hidden) : null;
      if (row ? move(row, step) : first) event.preventDefault();
      first?.querySelector(".open-button").focus();
    }
  });
  select();
  if (alone) open(rows[0]);
})();
