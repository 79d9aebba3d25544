"use strict";
(function () {
  const MOST = 40;
  const SHORT = 220;
  const box = document.getElementById("q");
  const status = document.getElementById("found");
  const list = document.getElementById("results");
  const folded = (term) => term.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const engine = new MiniSearch({
    fields: ["title", "text", "under"],
    storeFields: ["kind", "title", "text", "under", "at"],
    processTerm: folded,
    searchOptions: { boost: { title: 3 }, fuzzy: 0.2, prefix: true, combineWith: "AND" },
  });
  engine.addAll(searchDocuments);
  const weight = { Brief: 2, Actor: 1.6, Category: 1.6, Source: 1.2 };
  const ask = (words, how) =>
    engine.search(words, { ...how, boostDocument: (id, term, stored) => weight[stored.kind] || 1 });

  function element(name, text, kind) {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function row(found) {
    const item = document.createElement("li");
    const heading = document.createElement("h2");
    const link = element("a", found.title);
    link.href = found.at;
    link.dir = "auto";
    heading.append(link);
    item.append(element("p", found.kind, "kicker"), heading);
    const text = [found.text, found.under].filter(Boolean).join(" — ");
    if (text) {
      const words = text.length > SHORT ? text.slice(0, SHORT) + " …" : text;
      const note = element("p", words, "note");
      note.dir = "auto";
      item.append(note);
    }
    return item;
  }

  function show() {
    const words = box.value.trim();
    if (!words) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    let found = ask(words, {});
    let about = "";
    if (!found.length) {
      found = ask(words, { combineWith: "OR" });
      about = found.length ? "No page has all of these words; these have some. " : "";
    }
    list.replaceChildren(...found.slice(0, MOST).map(row));
    const count = found.length === 1 ? "1 result" : found.length + " results";
    const shown = found.length > MOST ? count + ", the first " + MOST + " shown" : count;
    status.textContent = found.length ? about + shown : "Nothing found. Try fewer or other words.";
  }

  box.value = new URLSearchParams(location.search).get("q") || "";
  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  show();
  if (!box.value) box.focus();
})();
