// Swaps in what changed while somebody looks. Without it the pages work all the same.
(() => {
  "use strict";
  const status = document.getElementById("live-status");
  let waiting = false;

  const busy = () =>
    document.activeElement && document.activeElement.closest("main form") !== null;

  async function refresh() {
    if (document.hidden || busy()) {
      waiting = true;
      return;
    }
    waiting = false;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = next.querySelector(`[data-live="${part.dataset.live}"]`);
      if (other && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
    }
  }

  const source = new EventSource("/live");
  source.addEventListener("changed", refresh);
  source.onopen = () => {
    status.textContent = "Live";
    status.dataset.state = "live";
  };
  source.onerror = () => {
    status.textContent = "Not connected";
    status.dataset.state = "lost";
  };
  document.addEventListener("visibilitychange", () => waiting && refresh());
  document.addEventListener("focusout", () => setTimeout(() => waiting && refresh(), 0));
  for (const choice of document.querySelectorAll("form.filter select")) {
    choice.addEventListener("change", () => choice.form.requestSubmit());
  }
})();
