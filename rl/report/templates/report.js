"use strict";
(() => {
  const table = document.getElementById("rows");

  async function unpack(index) {
    const packed = document.getElementById("d" + index).textContent;
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
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

  const { rows, open } = rowTable(table, async (row, cell) => {
    // Written by the template that wrote this page, which escapes all that it is handed.
    cell.innerHTML = await unpack(row.dataset.index);
  });
  table.addEventListener("click", (event) => {
    const button = event.target.closest(".copy");
    if (button) copy(button);
  });
  if ("alone" in table.dataset) open(rows[0]);
})();
