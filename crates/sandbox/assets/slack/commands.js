// Suggests commands while one types a text that begins with a slash. The list is the sandbox's own
// (/sandbox/commands); sending what was typed is page.js's business.
"use strict";

(() => {
  let commands = [];
  // The list that is open, the field it belongs to, and which entry is chosen.
  let open = null;

  const isSuggesting = () => open !== null && open.list.isConnected;

  async function load() {
    try {
      const answer = await fetch(`/sandbox/commands?workspace=${slackSandbox.workspace()}`);
      commands = (await answer.json()).commands ?? [];
    } catch { /* the page says itself when the sandbox cannot be reached */ }
  }

  function close() {
    if (open === null) return;
    open.list.remove();
    for (const name of ["aria-controls", "aria-activedescendant"]) open.field.removeAttribute(name);
    open = null;
  }

  function entry({ name, usage_hint: usage, description }, at) {
    const item = document.createElement("li");
    item.id = `suggestion-${at}`;
    item.setAttribute("role", "option");
    for (const [words, className] of [[name, "suggested"], [usage, "usage"], [description, "about"]]) {
      if (!words) continue;
      const part = document.createElement("span");
      part.className = className;
      part.textContent = words;
      item.append(part, " ");
    }
    item.dataset.name = name;
    return item;
  }

  function suggest(field) {
    close();
    // Commands of an app cannot be used inside threads.
    if (field.form.dataset.thread || !/^\/\S*$/.test(field.value)) return;
    const fitting = commands.filter(({ name }) => name.startsWith(field.value));
    if (!fitting.length) return;
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Commands");
    list.append(...fitting.map(entry));
    field.closest(".composer-box").prepend(list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    open = { list, field, at: 0 };
    choose(0);
  }

  function choose(at) {
    const items = [...open.list.children];
    open.at = (at + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === open.at)));
    items[open.at].scrollIntoView({ block: "nearest" });
    open.field.setAttribute("aria-activedescendant", items[open.at].id);
  }

  function take(item) {
    const { field } = open;
    close();
    field.value = `${item.dataset.name} `;
    field.setSelectionRange(field.value.length, field.value.length);
    field.focus();
  }

  // Whether the key was for the list; every other key is for the page.
  function press(key) {
    const chosen = open.list.children[open.at];
    switch (key) {
      case "ArrowDown": choose(open.at + 1); return true;
      case "ArrowUp": choose(open.at - 1); return true;
      case "Tab": take(chosen); return true;
      case "Enter":
        // A command that is typed to its end is sent.
        if (open.field.value === chosen.dataset.name) { close(); return false; }
        take(chosen);
        return true;
      case "Escape": close(); return true;
      default: return false;
    }
  }

  // Before the page's own keys: Enter would send, Escape would close the thread.
  document.addEventListener("keydown", (event) => {
    const bare = !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
    if (!bare || !isSuggesting() || event.target !== open.field || !press(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("input", async (event) => {
    const field = event.target;
    if (!field.matches(".composer-field")) return;
    // Asked for anew with each slash: a script may have registered another.
    if (field.value === "/") await load();
    suggest(field);
  });
  // The field keeps the focus, so that the click is not the end of the list.
  document.addEventListener("mousedown", (event) => {
    const item = event.target.closest(".suggestions [role=option]");
    if (!item || !isSuggesting()) return;
    event.preventDefault();
    take(item);
  });
  document.addEventListener("focusout", (event) => {
    if (isSuggesting() && event.target === open.field) close();
  });
  document.addEventListener("submit", close);
  document.addEventListener("DOMContentLoaded", load);
})();
