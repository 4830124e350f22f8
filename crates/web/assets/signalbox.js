// Swaps in what changed while somebody looks, and keeps "5 min ago" right. Without it the
// pages work all the same.
(() => {
  "use strict";
  const status = document.getElementById("live-status");
  const root = document.documentElement;
  // A page that answers a form is made anew from the address that shows it.
  const address = root.dataset.page ?? location.href;
  let waiting = false;
  let ahead = 0;

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

  // Focus inside a part that is swapped would be lost: whoever stands on a link keeps it.
  function swap(part, other) {
    const here = part.contains(document.activeElement) ? document.activeElement : null;
    const place = here && (here.getAttribute("href") ?? here.form?.getAttribute("action"));
    part.replaceChildren(...other.childNodes);
    if (!here) return;
    const again = [...part.querySelectorAll("a[href], button")]
      .find((one) => (one.getAttribute("href") ?? one.form?.getAttribute("action")) === place);
    (again ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  async function refresh() {
    if (document.hidden) {
      waiting = true;
      return;
    }
    waiting = false;
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    setClock(next.documentElement.dataset.now);
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = next.querySelector(`[data-live="${part.dataset.live}"]`);
      if (other && other.textContent + other.innerHTML.length !== part.dataset.seen) {
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
  if (status) {
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
