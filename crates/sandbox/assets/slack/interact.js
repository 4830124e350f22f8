// Buttons, menus, modals, shortcuts and the Home tab: tells the sandbox what a person did, and
// keeps the keyboard inside the modal that is open.
"use strict";

(() => {
  const sandbox = window.slackSandbox;
  const byId = (id) => document.getElementById(id);
  const user = () => byId("composer").dataset.user;

  // Where something is, as the sandbox's endpoints take it.
  function placeOf(surface) {
    if (surface.dataset.view) return { user: user(), view_id: surface.dataset.view };
    return { user: user(), channel: byId("composer").dataset.channel, ts: surface.dataset.ts };
  }

  // A warning on the control, as Slack shows it, until it is used again.
  function fail(control, error) {
    control.classList.add("failed");
    sandbox.trouble(`The app did not take it: ${error}`);
  }

  async function tell(control, value) {
    const surface = sandbox.surfaceOf(control);
    const { actionId, blockId } = control.dataset;
    control.classList.remove("failed");
    control.setAttribute("aria-busy", "true");
    try {
      const said = await sandbox.post("/sandbox/click", {
        ...placeOf(surface), action_id: actionId, block_id: blockId,
        values: sandbox.collect(surface), ...(value === undefined || value === "" ? {} : { value }),
      });
      if (said.error) fail(control, said.error);
      await sandbox.refresh();
    } catch (error) {
      // A link opens whether the app hears of it or not.
      if (!control.matches("a")) fail(control, error.message);
    } finally {
      control.removeAttribute("aria-busy");
    }
  }

  async function press(button) {
    const { confirm: question, value } = button.dataset;
    // Busy, not disabled: a disabled button loses the focus.
    if (button.hasAttribute("aria-busy") || (question && !confirm(question))) return;
    button.closest("details")?.removeAttribute("open");
    await tell(button, value);
  }

  function change(entry) {
    const { confirm: question } = entry.dataset;
    if (question && !confirm(question)) { sandbox.refresh(); return; }
    tell(entry, sandbox.read(entry));
  }

  // --- modals ---------------------------------------------------------------------------------

  const topModal = () => document.querySelector(".modal:not([hidden])");
  const reachable = "a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex='0']";

  // Finds what had the focus before the first modal.
  let before = null;
  let shown = null;

  // The control is another one once its message or Home tab was drawn anew.
  function placeOfFocus() {
    const control = document.activeElement;
    const surface = sandbox.surfaceOf(control)?.id;
    const { actionId, blockId } = control.dataset;
    return () => {
      if (control.isConnected) return control;
      const all = [...(byId(surface)?.querySelectorAll("[data-action-id]") ?? [])];
      const isSame = ({ dataset }) => dataset.actionId === actionId && dataset.blockId === blockId;
      return all.find(isSame) ?? byId("timeline");
    };
  }

  // Moves the focus into a modal that is new, and back when the last is gone.
  function settle() {
    const top = topModal();
    byId("app").inert = Boolean(top);
    if (top?.id === shown) return;
    if (top && !shown) before = placeOfFocus();
    shown = top?.id ?? null;
    if (!top) { before?.().focus(); before = null; return; }
    firstField(top).focus();
  }

  // Where the focus goes in a modal; nowhere in anything else.
  const firstField = (modal) =>
    modal.querySelector(".modal-body [autofocus], .modal-body :is(input, select, textarea)")
      ?? modal.querySelector(".modal-body");

  function keepInside(event, top) {
    const all = [...top.querySelectorAll(reachable)].filter((element) => element.offsetParent !== null);
    const [first, last] = [all[0], all[all.length - 1]];
    if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
    if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
  }

  async function act(path, body, modal) {
    modal.setAttribute("aria-busy", "true");
    try {
      await sandbox.post(path, { user: user(), view_id: modal.dataset.view, ...body });
    } catch (error) {
      sandbox.trouble(error.message);
    }
    modal.removeAttribute("aria-busy");
    await sandbox.refresh();
  }

  async function submit(modal) {
    const button = modal.querySelector("button[type=submit]");
    if (!button || modal.hasAttribute("aria-busy")) return;
    await act("/sandbox/submit", { values: sandbox.collect(modal) }, modal);
    const wrong = topModal()?.querySelector("[aria-invalid]");
    (wrong?.matches("input, select, textarea") ? wrong : wrong?.querySelector("input"))?.focus();
  }

  const close = (modal, all) => act("/sandbox/close", all ? { all: 1 } : {}, modal);

  // --- shortcuts and the Home tab -------------------------------------------------------------

  async function start(button) {
    const message = button.closest(".message");
    const { channel } = byId("composer").dataset;
    button.closest("details").removeAttribute("open");
    try {
      const said = await sandbox.post("/sandbox/shortcut", {
        user: user(), callback_id: button.dataset.shortcut,
        ...(message ? { channel, ts: message.dataset.ts } : {}),
      });
      if (said.error) sandbox.trouble(`The app did not take the shortcut: ${said.error}`);
      await sandbox.refresh();
    } catch (error) {
      sandbox.trouble(error.message);
    }
  }

  // The app hears that somebody looks at its Home tab.
  async function arrive() {
    const { home } = byId("timeline")?.dataset ?? {};
    if (!home) return;
    try {
      const said = await sandbox.post("/sandbox/home", { user: user(), app: home });
      if (said.error) sandbox.trouble(`The app did not hear that its Home tab was opened: ${said.error}`);
      await sandbox.refresh();
    } catch (error) {
      sandbox.trouble(error.message);
    }
  }

  // --- what a person does ---------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button, .input-label");
    for (const open of document.querySelectorAll(":is(.shortcuts, .message-shortcuts, .overflow, .multi)[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
    if (!target) return;
    if (target.matches(".input-label")) target.parentElement.querySelector("input, select, textarea, summary")?.focus();
    else if (target.matches("[data-shortcut]")) start(target);
    else if (target.matches("[data-close]")) close(target.closest(".modal"), target.dataset.close === "all");
    else if (target.matches("button[data-action-id]")) press(target);
    else if (target.matches("a[data-action-id]")) tell(target, target.dataset.value);
  });
  // A menu opens upwards where the list that it stands in would cut it off.
  document.addEventListener("toggle", (event) => {
    const { target: menu } = event;
    if (!menu.matches(":is(.message-shortcuts, .overflow)[open]")) return;
    menu.classList.remove("upwards");
    const items = menu.querySelector("ul").getBoundingClientRect();
    const list = menu.closest(".timeline, .modal-body")?.getBoundingClientRect();
    const above = menu.getBoundingClientRect().top - (list?.top ?? 0);
    if (list && list.bottom < items.bottom && items.height < above) menu.classList.add("upwards");
  }, true);
  document.addEventListener("change", (event) => {
    const entry = event.target.closest("[data-entry]");
    if (entry?.dataset.dispatch === "change" && !event.target.matches(".external-field")) change(entry);
  });
  document.addEventListener("input", (event) => {
    if (event.target.dataset.dispatch === "character") change(event.target);
  });
  document.addEventListener("submit", (event) => {
    const modal = event.target.closest(".modal");
    if (!modal) return;
    event.preventDefault();
    submit(modal);
  });
  document.addEventListener("keydown", (event) => {
    const top = topModal();
    const field = event.target;
    if (event.key === "Enter" && field.dataset?.dispatch === "enter" && !event.isComposing && !event.shiftKey) {
      event.preventDefault();
      change(field);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && top) submit(top);
    else if (event.key === "Tab" && top) keepInside(event, top);
    else if (event.key === "Escape") {
      const open = field.closest?.("details[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      else if (top) close(top, false);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  });
  document.addEventListener("DOMContentLoaded", () => { settle(); arrive(); });

  Object.assign(sandbox, { placeOf, settle, arrive, firstField });
})();
