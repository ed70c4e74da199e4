"use strict";
(() => {
  const table = document.getElementById("class");
  const rows = [...table.tBodies[0].rows];
  const order = new Map(rows.map((row, index) => [row, index]));
  const numeric = [...table.tHead.rows[0].cells].map((header) => header.matches(".r"));
  const target = (link) => document.getElementById(link.getAttribute("href").slice(1));

  // Sorting: a column's header becomes a button.
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const key = (row, column) => {
    const cell = row.cells[column];
    const text = (cell.querySelector("a") ?? cell).textContent.trim();
    return numeric[column] ? (text === "–" ? null : Number(text)) : text;
  };
  const compare = (one, other) => (typeof one === "number" ? one - other : words.compare(one, other));
  const sort = (header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const each of header.parentNode.cells) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((row) => [key(row, column), row]);
    keyed.sort(([one, row], [other, next]) => {
      // What has no value stands last, whichever way the others go.
      if (one === null || other === null) return (one === null) - (other === null) || order.get(row) - order.get(next);
      return (down ? -1 : 1) * compare(one, other) || order.get(row) - order.get(next);
    });
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  };
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(header, column));
  });

  // Filtering: the lines of the table and the sections below it.
  const controls = document.querySelector(".filter");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  let texts;
  const filter = () => {
    texts ??= new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const wanted = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const kind = !status.value || row.dataset.k.split(" ").includes(status.value);
      const fits = kind && wanted.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      target(row.querySelector("a")).parentNode.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = `${shown} of ${rows.length} shown`;
  };
  controls.hidden = false;
  controls.addEventListener("input", filter);
  filter();

  // A failure that others share stands in full only once: it is copied where it is wanted.
  const unfold = (section) => {
    for (const link of section.querySelectorAll("a.same")) {
      const copy = target(link).cloneNode(true);
      copy.removeAttribute("id");
      link.after(copy);
      link.classList.remove("same");
    }
  };
  document.addEventListener("toggle", (event) => event.target.open && unfold(event.target), true);

  // What is pointed to is opened.
  const reveal = () => {
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const section = wanted?.closest("details");
    if (!section) return;
    section.hidden = false;
    section.open = true;
    wanted.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
