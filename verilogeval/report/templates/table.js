"use strict";
(() => {
  const { rows, open } = rowTable(
    document.getElementById("problems"),
    async (row, cell) =>
      cell.append(problemView(row.dataset.name, await unpack(row.dataset.block, row.dataset.place))),
    (row) => history.replaceState(null, "", "#" + encodeURIComponent(row.dataset.name)));

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

  addEventListener("hashchange", visit);
  visit();
})();
