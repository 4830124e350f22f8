// What is entered in the controls of a message, a modal or the Home tab: reading it, carrying it
// over when the server draws the surface anew, and external selects, whose options the app is
// asked for. What is done with it is interact.js's business.
"use strict";

(() => {
  const entryOf = (element) => element.closest("[data-entry]");

  // A surface is a message, a modal or the Home tab.
  const surfaceOf = (element) => element.closest("[data-view], .message");

  // The value of one control, as /sandbox/submit takes it.
  function read(entry) {
    const checked = () => [...entry.querySelectorAll("input:checked")].map((input) => input.value);
    const chosen = () => [...entry.querySelectorAll("[data-chosen]")].map((chip) => chip.dataset.chosen);
    switch (entry.dataset.entry) {
      case "many": return checked();
      case "one": return checked()[0] ?? null;
      case "external": return "several" in entry.dataset ? chosen() : chosen()[0] ?? null;
      // The browser's field has no zone; the sandbox's is UTC.
      case "moment": return entry.value ? String(Date.parse(`${entry.value}Z`) / 1000) : null;
      default: return entry.value || null;
    }
  }

  // Everything entered on a surface: {block_id: {action_id: value}}.
  function collect(surface) {
    const values = {};
    for (const entry of surface.querySelectorAll("[data-entry]")) {
      const { blockId, actionId } = entry.dataset;
      (values[blockId] ??= {})[actionId] = read(entry);
    }
    return values;
  }

  // Takes what is entered in `old` over into `fresh`, a later drawing of the same surface.
  function carry(old, fresh) {
    for (const entry of old.querySelectorAll("[data-entry]")) {
      const { blockId, actionId, entry: how } = entry.dataset;
      const same = [...fresh.querySelectorAll(`[data-entry="${how}"]`)].find(({ dataset }) =>
        dataset.blockId === blockId && dataset.actionId === actionId);
      if (same) take(entry, same, how);
    }
    for (const open of old.querySelectorAll("details[open]")) {
      const at = [...old.querySelectorAll("details")].indexOf(open);
      const same = fresh.querySelectorAll("details")[at];
      if (same) same.open = true;
    }
  }

  function take(entry, same, how) {
    if (how === "one" || how === "many") {
      const checked = new Set([...entry.querySelectorAll("input:checked")].map((input) => input.value));
      for (const input of same.querySelectorAll("input")) input.checked = checked.has(input.value);
    } else if (how === "external") {
      same.querySelector(".chips").replaceChildren(...entry.querySelector(".chips").cloneNode(true).childNodes);
      same.querySelector(".external-field").value = entry.querySelector(".external-field").value;
    } else same.value = entry.value;
  }

  // --- external selects -----------------------------------------------------------------------

  // The list that is open, and which of its options is chosen.
  let open = null;
  let timer = 0;

  function close() {
    if (!open) return;
    open.list.remove();
    open.field.setAttribute("aria-expanded", "false");
    for (const name of ["aria-controls", "aria-activedescendant"]) open.field.removeAttribute(name);
    open = null;
  }

  function show(field, words, options) {
    close();
    const list = document.createElement("ul");
    list.className = "offered";
    list.id = "offered";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Options");
    list.append(...options.map(({ value, text }, at) => {
      const item = document.createElement("li");
      item.id = `offered-${at}`;
      item.setAttribute("role", "option");
      item.dataset.value = value;
      item.textContent = text.text;
      return item;
    }));
    if (!options.length) {
      const item = document.createElement("li");
      item.className = "offered-none";
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      item.textContent = words;
      list.append(item);
    }
    field.after(list);
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-controls", list.id);
    open = { list, field, at: 0 };
    if (options.length) mark(0);
  }

  function mark(at) {
    const items = [...open.list.children];
    open.at = (at + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === open.at)));
    items[open.at].scrollIntoView({ block: "nearest" });
    open.field.setAttribute("aria-activedescendant", items[open.at].id);
  }

  async function ask(field) {
    const entry = entryOf(field);
    const query = field.value;
    if (query.length < Number(entry.dataset.least)) {
      const more = Number(entry.dataset.least);
      show(field, `Type at least ${more} ${more === 1 ? "character" : "characters"}`, []);
      return;
    }
    try {
      const { actionId, blockId } = entry.dataset;
      const place = sandbox.placeOf(surfaceOf(field));
      const said = await sandbox.post("/sandbox/suggest", {
        ...place, action_id: actionId, block_id: blockId, query,
      });
      if (document.activeElement !== field || field.value !== query) return;
      show(field, said.error ? "Couldn’t load the options" : "No results", said.options ?? []);
    } catch (error) {
      sandbox.trouble(error.message);
    }
  }

  function choose(item) {
    if (!item?.dataset.value) return;
    const { field } = open;
    const entry = entryOf(field);
    const chips = entry.querySelector(".chips");
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.dataset.chosen = item.dataset.value;
    chip.textContent = item.textContent;
    chip.setAttribute("aria-label", `Remove ${item.textContent}`);
    if (!("several" in entry.dataset)) chips.replaceChildren();
    const known = [...chips.children].some(({ dataset }) => dataset.chosen === chip.dataset.chosen);
    if (!known) chips.append(chip);
    field.value = "";
    close();
    field.focus();
    entry.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Whether the key was for the list.
  function press(event) {
    switch (event.key) {
      case "ArrowDown": mark(open.at + 1); return true;
      case "ArrowUp": mark(open.at - 1); return true;
      case "Enter": choose(open.list.children[open.at]); return true;
      case "Escape": close(); return true;
      default: return false;
    }
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches(".external-field")) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(field), 150);
  });
  // Not as soon as it has the focus: that comes back whenever its surface is drawn anew.
  document.addEventListener("click", (event) => {
    if (event.target.matches(".external-field") && !open) ask(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (open && event.target === open.field) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !event.target.matches?.(".external-field")) return;
    const asks = !open && event.key === "ArrowDown";
    if (asks) ask(event.target);
    else if (open?.field !== event.target || !press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("mousedown", (event) => {
    const item = event.target.closest(".offered [role=option]");
    if (!item || !open) return;
    event.preventDefault();
    choose(item);
  });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest(".chip");
    if (!chip) return;
    const entry = entryOf(chip);
    chip.remove();
    entry.querySelector(".external-field").focus();
    entry.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const sandbox = window.slackSandbox;
  Object.assign(sandbox, { collect, read, carry, surfaceOf });
})();
