// Swaps in what changed while somebody looks, and keeps "5 min ago" right. Without it the
// pages work all the same.
(() => {
  "use strict";
  const status = document.getElementById("live-status");
  const root = document.documentElement;
  // A page that answers a form is made anew from the address that shows it.
  const address = root.dataset.page ?? location.href;
  // A page that changes all the time says how many seconds it may be old.
  const every = Number(root.dataset.refresh);
  let waiting = false;
  let ahead = 0;
  let tag = null;

  // The service's clock is the one that counts: the demo's can be moved.
  const setClock = (now) => { ahead = Date.parse(now) - Date.now(); };

  function ago(seconds) {
    const size = Math.abs(seconds);
    if (-1 < seconds && size <= 1) return "just now";
    const amount = size < 60 ? `${size} s`
      : size < 3600 ? `${Math.floor(size / 60)} min`
      : size < 86400 ? `${Math.floor(size / 3600)} h`
      : `${Math.floor(size / 86400)} d`;
    return seconds < 0 ? `in ${amount}` : `${amount} ago`;
  }

  function tellTimes() {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const words = ago(Math.trunc((Date.now() + ahead - Date.parse(time.dateTime)) / 1000));
      if (time.textContent !== words) time.textContent = words;
    }
  }

  // What somebody is typing, or was told about what they typed, stays until they are done.
  const isTyped = (part) => [...part.querySelectorAll("input, textarea")]
    .some((field) => field.type !== "hidden"
      && (field.value !== field.defaultValue || field.hasAttribute("aria-invalid")));

  // Focus inside a part that is swapped would be lost: whoever stands on a link keeps it.
  function swap(part, other) {
    const here = part.contains(document.activeElement) ? document.activeElement : null;
    const placeOf = (one) => one.id || one.getAttribute("href")
      || (one.parentElement.id && one.parentElement.id + one.tagName) || one.form?.getAttribute("action");
    const place = here && placeOf(here);
    const open = [...part.querySelectorAll("details[id][open]")].map((one) => one.id);
    part.replaceChildren(...other.childNodes);
    for (const details of part.querySelectorAll("details[id]")) {
      if (open.includes(details.id)) details.open = true;
    }
    if (!here) return;
    const again = [...part.querySelectorAll("a[href], button, summary, input, [tabindex]")]
      .find((one) => placeOf(one) === place);
    (again ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  async function refresh() {
    if (document.hidden) {
      waiting = true;
      return;
    }
    waiting = false;
    const headers = { Accept: "text/html" };
    if (tag) headers["If-None-Match"] = tag;
    // Past the browser's own memory: an old page would bring an old clock.
    const answer = await fetch(address, { headers, cache: "no-store" }).catch(() => null);
    if (every) say(answer ? "live" : "lost", answer ? "Live" : "Not connected");
    if (!answer?.ok) return;
    tag = answer.headers.get("ETag");
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    setClock(next.documentElement.dataset.now);
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = next.querySelector(`[data-live="${part.dataset.live}"]`);
      if (other && !isTyped(part) && other.textContent + other.innerHTML.length !== part.dataset.seen) {
        part.dataset.seen = other.textContent + other.innerHTML.length;
        swap(part, document.importNode(other, true));
      }
    }
    tellTimes();
  }

  const say = (state, words) => {
    status.dataset.state = state;
    status.textContent = words;
  };
  // Pages that show nothing which changes have no place to say whether they are live.
  if (status && every) {
    say("live", "Live");
    setInterval(refresh, every * 1000);
  } else if (status) {
    const source = new EventSource("/live");
    source.addEventListener("changed", refresh);
    source.onopen = () => {
      // Something may have changed since the page was made, or while nobody listened.
      refresh();
      say("live", "Live");
    };
    source.onerror = () => say("lost", "Not connected");
  }
  document.addEventListener("visibilitychange", () => waiting && refresh());

  const filter = document.querySelector("form.filter");
  for (const choice of filter?.querySelectorAll("select, input[type=checkbox]") ?? []) {
    choice.addEventListener("change", () => filter.requestSubmit());
  }
  // Fields that say nothing do not belong in the address.
  filter?.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });

  const start = document.getElementById("start");
  if (start) {
    start.open = localStorage.getItem("start") !== "closed";
    start.addEventListener("toggle", () => localStorage.setItem("start", start.open ? "open" : "closed"));
  }

  async function copy(button) {
    const text = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }
  root.classList.add("scripted");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) copy(button);
  });

  setClock(root.dataset.now);
  setInterval(tellTimes, 1000);
})();
