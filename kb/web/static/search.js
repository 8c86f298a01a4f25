// Search in a published copy: no server, no request. site-index.js holds the names.
"use strict";
(function () {
  const field = document.getElementById("find");
  const list = document.getElementById("found");
  if (!field || !list || !window.kbIndex) return;
  const root = list.dataset.root;
  const most = 30;
  const fold = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
  const rows = window.kbIndex.map((row) => ({ row, text: fold(row.slice(2).join(" ")) }));
  field.hidden = false;
  function show() {
    const words = fold(field.value).trim().split(" ").filter(Boolean);
    list.replaceChildren();
    list.hidden = !words.length;
    if (!words.length) return;
    const hits = rows.filter((one) => words.every((word) => one.text.includes(word)));
    for (const { row } of hits.slice(0, most)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + row[0];
      link.textContent = row[2];
      item.append(row[1] + ": ", link);
      list.append(item);
    }
    const rest = document.createElement("li");
    if (!hits.length) rest.textContent = "Nothing found. Try fewer words.";
    if (hits.length > most) rest.textContent = "The first " + most + " of " + hits.length + ".";
    if (rest.textContent) list.append(rest);
  }
  field.addEventListener("input", show);
})();
