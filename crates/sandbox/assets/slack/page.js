// Makes the page of the Slack sandbox live. The server draws everything; this script asks for the
// page again when something changed and puts in what is new, piece by piece.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const memory = {
    read: (key) => {
      try { return localStorage.getItem(key); } catch { return null; }
    },
    write: (key, value) => {
      try { localStorage.setItem(key, value); } catch { /* a browser that keeps nothing */ }
    },
  };
  const chosen = memory.read("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const byId = (id) => document.getElementById(id);

  // --- putting in what is new -----------------------------------------------------------------

  // What the server sent for a piece, so that what the reader did to it (a fold that is open)
  // stays until the server says something else.
  const sent = new WeakMap();

  const remember = (element) => sent.set(element, element.outerHTML);

  const lists = ["timeline", "thread-timeline", "channels", "direct", "apps", "workspaces", "people", "modals"];

  // What the other scripts need of this one, and this one of them.
  const shared = { post, refresh, trouble, workspace: () => workspace() };
  window.slackSandbox = shared;

  // Replaces only those children of a list that changed; returns the new ones.
  function patchList(list, fresh) {
    const old = new Map([...list.children].map((child) => [child.id, child]));
    const added = [];
    let at = list.firstElementChild;
    for (const child of [...fresh.children]) {
      const known = old.get(child.id);
      let kept = known;
      if (!known || sent.get(known) !== child.outerHTML) {
        const focused = document.activeElement;
        const held = known && known.contains(focused);
        kept = document.importNode(child, true);
        sent.set(kept, child.outerHTML);
        if (known) {
          shared.carry(known, kept);
          if (known === at) at = kept;
          known.replaceWith(kept);
          if (held) focusAgain(known, kept, focused);
        } else {
          added.push(kept);
        }
      }
      old.delete(child.id);
      if (kept === at) at = at.nextElementSibling;
      else list.insertBefore(kept, at);
    }
    for (const gone of old.values()) gone.remove();
    return added;
  }

  // Gives the focus back to the control that had it before its surface was drawn anew.
  function focusAgain(known, kept, focused) {
    const control = "a, button, input, select, textarea, summary";
    const at = [...known.querySelectorAll(control)].indexOf(focused);
    const same = at < 0 ? null : kept.querySelectorAll(control)[at];
    const target = same ?? shared.firstField?.(kept) ?? kept.querySelector(control);
    target?.focus({ preventScroll: true });
    if (same?.matches("textarea, input[type=text]")) {
      same.setSelectionRange(focused.selectionStart, focused.selectionEnd);
    }
  }

  function patchWhole(id, fresh) {
    const here = byId(id);
    const next = fresh.getElementById(id);
    if (!here || !next || sent.get(here) === next.outerHTML) return;
    const copy = document.importNode(next, true);
    sent.set(copy, next.outerHTML);
    here.replaceWith(copy);
  }

  const isAtEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 48;
  // A channel is read from its end, a Home tab from its top.
  const toEnd = (list) => { if (list) list.scrollTop = list.dataset.home ? 0 : list.scrollHeight; };

  function patchTimeline(id, fresh) {
    const list = byId(id);
    const next = fresh.getElementById(id);
    if (!list || !next) return [];
    const follows = !list.dataset.home && isAtEnd(list);
    const added = patchList(list, next).filter((child) => child.matches(".message"));
    if (follows) toEnd(list);
    else if (added.length) offerNews(list);
    return added;
  }

  function offerNews(list) {
    if (list.parentElement.querySelector(".news-button")) return;
    const holder = document.createElement("div");
    holder.className = "news-holder";
    const button = document.createElement("button");
    button.className = "news-button";
    button.type = "button";
    button.textContent = "New messages ↓";
    button.addEventListener("click", () => { toEnd(list); list.focus(); holder.remove(); });
    list.addEventListener("scroll", () => { if (isAtEnd(list)) holder.remove(); });
    holder.append(button);
    list.after(holder);
  }

  // Shows a page that was fetched: the same place as before, or another one.
  function show(fresh, moved) {
    document.title = fresh.title;
    for (const id of ["channels", "direct", "apps", "workspaces", "people"]) {
      const list = byId(id);
      const next = fresh.getElementById(id);
      if (list && next) patchList(list, next);
      else if (list || next) patchWhole("sidebar", fresh);
    }
    for (const id of ["workspace-head", "pane-head"]) patchWhole(id, fresh);
    byId("skip-writing").hidden = fresh.getElementById("skip-writing").hidden;
    const rootOf = (page) => page.getElementById("thread").dataset.root;
    if (moved || rootOf(document) !== rootOf(fresh)) showElsewhere(fresh);
    const added = patchTimeline("timeline", fresh).concat(patchTimeline("thread-timeline", fresh));
    if (!moved) {
      for (const message of added) message.classList.add("fresh");
      announce(added);
    }
    patchList(byId("modals"), fresh.getElementById("modals"));
    shared.settle();
    markUnread();
    if (moved) shared.arrive();
  }

  function showElsewhere(fresh) {
    for (const holder of document.querySelectorAll(".news-holder")) holder.remove();
    const place = (page, id) => {
      const { user, channel, thread } = page.getElementById(id)?.dataset ?? {};
      return [user, channel, thread].join(" ");
    };
    const samePlace = place(document, "composer") === place(fresh, "composer");
    if (!samePlace) {
      const list = byId("timeline");
      const next = fresh.getElementById("timeline");
      list.replaceChildren();
      list.setAttribute("aria-label", next.getAttribute("aria-label"));
      list.className = next.className;
      if (next.dataset.home) list.dataset.home = next.dataset.home;
      else delete list.dataset.home;
    }
    patchWhole("composer", fresh);
    const thread = byId("thread");
    const nextThread = fresh.getElementById("thread");
    const root = nextThread.dataset.root;
    if (!samePlace || thread.dataset.root !== root) {
      const copy = document.importNode(nextThread, true);
      thread.replaceWith(copy);
      for (const child of copy.querySelector("#thread-timeline")?.children ?? []) remember(child);
    }
    const app = fresh.getElementById("app");
    byId("app").className = app.className;
    byId("app").dataset.workspace = app.dataset.workspace;
    const before = (href) => new URLSearchParams(href.split("?")[1]).get("before");
    const sameTime = before(address()) === before(shownAddress);
    if (!samePlace || !sameTime) requestAnimationFrame(() => toEnd(byId("timeline")));
    requestAnimationFrame(() => toEnd(byId("thread-timeline")));
  }

  function announce(messages) {
    const words = messages.slice(-3).map((message) => {
      const text = message.querySelector(".message-main").innerText.replace(/\s+/g, " ").trim();
      return text.length > 200 ? `${text.slice(0, 200)}…` : text;
    });
    if (words.length) byId("announcer").textContent = words.join(". ");
  }

  function trouble(words) {
    const line = byId("trouble");
    line.textContent = words;
    clearTimeout(trouble.timer);
    if (words) trouble.timer = setTimeout(() => { line.textContent = ""; }, 8000);
  }

  // --- asking for the page --------------------------------------------------------------------

  let asking = null;
  let again = false;
  let shownAddress = "";

  const address = () => location.pathname + location.search;

  async function fetchPage(target) {
    const answer = await fetch(target, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // One request at a time; changes that come meanwhile are covered by one more. Whoever asks
  // waits until the page shows what it asked for.
  function refresh() {
    if (asking) again = true;
    else asking = catchUp().finally(() => { asking = null; });
    return asking;
  }

  async function catchUp() {
    try {
      do {
        again = false;
        const wanted = address();
        const fresh = await fetchPage(wanted);
        if (wanted !== address()) { again = true; continue; }
        show(fresh, wanted !== shownAddress);
        shownAddress = wanted;
        // A burst of messages is drawn ten times a second, not once each.
        if (again && wanted === address()) await new Promise((resolve) => setTimeout(resolve, 100));
      } while (again);
    } catch (error) {
      trouble(`Cannot reach the sandbox: ${error.message}`);
    }
  }

  async function go(target) {
    closeMenu();
    if (target !== address()) history.pushState(null, "", target);
    await refresh();
  }

  function listen() {
    const live = new EventSource("/sandbox/live");
    let lost = false;
    live.addEventListener("message", refresh);
    live.addEventListener("open", () => {
      root.dataset.live = "yes";
      if (lost) { trouble(""); refresh(); }
      lost = false;
    });
    live.addEventListener("error", () => {
      root.dataset.live = "no";
      lost = true;
    });
    addEventListener("pagehide", () => live.close());
  }

  // --- unread ---------------------------------------------------------------------------------

  const readKey = () => `read:${byId("composer")?.dataset.user ?? ""}`;

  function readUntil() {
    try { return JSON.parse(memory.read(readKey())) ?? {}; } catch { return {}; }
  }

  function markUnread() {
    const read = readUntil();
    for (const entry of document.querySelectorAll(".entry[data-latest]")) {
      const { channel, latest, pings } = entry.dataset;
      if (entry.hasAttribute("aria-current") && !document.hidden) read[channel] = latest;
      const since = read[channel] ?? "";
      const unread = latest > since;
      const calls = unread && pings ? pings.split(" ").filter((ts) => ts > since).length : 0;
      entry.classList.toggle("unread", unread);
      entry.querySelector(".unread-note")?.remove();
      if (!unread) continue;
      const note = document.createElement("span");
      note.className = calls ? "unread-note ping-count" : "unread-note visually-hidden";
      note.textContent = calls ? String(calls) : "unread";
      entry.append(note);
    }
    memory.write(readKey(), JSON.stringify(read));
  }

  // --- what a person does ---------------------------------------------------------------------

  const workspace = () => byId("app").dataset.workspace;

  async function post(path, body) {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ workspace: workspace(), ...body }),
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.message ?? said.error ?? `the sandbox answered ${answer.status}`);
    return said;
  }

  async function send(form) {
    const field = form.elements.text;
    const text = field.value;
    if (!text.trim()) return;
    const { user, channel, thread } = form.dataset;
    const foot = form.querySelector(".composer-foot");
    form.classList.remove("refused");
    field.value = "";
    fit(field);
    try {
      await post("/sandbox/type", { user, channel, text, ...(thread ? { thread_ts: thread } : {}) });
      toEnd(form.parentElement.querySelector(".timeline"));
      await refresh();
    } catch (error) {
      field.value = text;
      form.classList.add("refused");
      foot.setAttribute("role", "alert");
      foot.textContent = `Not sent: ${error.message}`;
    }
  }

  function fold(button) {
    const open = button.closest(".fold").classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Show less" : "Show more";
  }

  // Browsers without `field-sizing` get the same by hand.
  function fit(field) {
    if (CSS.supports("field-sizing", "content")) return;
    field.rows = Math.min(12, field.value.split("\n").length);
  }

  function closeMenu() {
    byId("app").classList.remove("with-menu");
    byId("menu-button")?.setAttribute("aria-expanded", "false");
  }

  function toggleMenu() {
    const open = byId("app").classList.toggle("with-menu");
    byId("menu-button").setAttribute("aria-expanded", String(open));
    if (open) byId("sidebar").querySelector("a[aria-current], a")?.focus();
  }

  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  function nameTheme() {
    byId("theme-button").lastElementChild.textContent = isDark() ? "Light theme" : "Dark theme";
  }

  function toggleTheme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    memory.write("theme", root.dataset.theme);
    nameTheme();
  }

  async function follow(link) {
    const opensThread = link.matches(".thread-link, .tools a");
    await go(link.getAttribute("href"));
    if (opensThread) byId("thread-composer")?.elements.text.focus({ preventScroll: true });
    if (link.id === "thread-close") byId("timeline").focus({ preventScroll: true });
  }

  function onClick(event) {
    const target = event.target.closest("a, button");
    if (!target) {
      if (!event.target.closest("#sidebar")) closeMenu();
      return;
    }
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
    if (target.matches("a[href^='/?']") && plain && !target.hash) {
      event.preventDefault();
      follow(target);
    } else if (target.id === "menu-button") toggleMenu();
    else if (target.closest("#theme-button")) toggleTheme();
    else if (target.matches(".fold-toggle")) fold(target);
  }

  function onKey(event) {
    const field = event.target.closest?.(".composer-field");
    if (field && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send(field.form);
    } else if (event.key === "Escape") {
      if (byId("app").classList.contains("with-menu")) {
        closeMenu();
        byId("menu-button").focus();
      } else byId("thread-close")?.click();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    shownAddress = address();
    for (const id of lists) for (const child of byId(id)?.children ?? []) remember(child);
    for (const id of ["pane-head", "composer"]) if (byId(id)) remember(byId(id));
    document.addEventListener("click", onClick);
    document.addEventListener("keydown", onKey);
    document.addEventListener("input", (event) => {
      if (event.target.matches(".composer-field")) fit(event.target);
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches(".composer")) return;
      event.preventDefault();
      send(event.target);
    });
    document.addEventListener("visibilitychange", markUnread);
    addEventListener("popstate", refresh);
    nameTheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
    if (!location.hash) toEnd(byId("timeline"));
    toEnd(byId("thread-timeline"));
    markUnread();
    listen();
  });
})();
