// Saves the page its reloads and keeps the log live. Everything works without it, but slower.
"use strict";

const notice = document.getElementById("notice");
const log = document.getElementById("log");
const ROWS = 200;

function say(text, good) {
  notice.textContent = text;
  notice.className = "notice " + (good ? "good" : "bad");
}

async function perform(form, submitter) {
  const body = {};
  for (const [name, value] of new FormData(form, submitter)) {
    if (value !== "" && name !== "options") body[name] = value;
  }
  const button = submitter || form.querySelector("button");
  button.disabled = true;
  say("…", true);
  try {
    const response = await fetch("/sandbox/do", { method: "POST", body: JSON.stringify(body) });
    const answer = await response.json();
    if (!answer.ok) {
      say(answer.error, false);
      return;
    }
    const failed = answer.sent.filter((sent) => !(sent.status >= 200 && sent.status < 300)).length;
    const count = answer.sent.length;
    const webhooks = count === 1 ? "1 webhook sent" : `${count} webhooks sent`;
    const number = answer.iid ? `, number ${answer.iid}` : "";
    say(`${button.textContent.trim()}: ${webhooks}${number}${failed ? `, ${failed} failed` : ""}`, !failed);
  } catch {
    say("The sandbox cannot be reached. Is it still running?", false);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

for (const form of document.querySelectorAll('form[action="/act"]')) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    perform(form, event.submitter);
  });
}

// The chosen person goes along to other projects and to the options.
for (const radio of document.querySelectorAll('input[name="user"][type="radio"]')) {
  radio.addEventListener("change", () => {
    const hidden = document.querySelector('#options input[name="user"]');
    if (hidden) hidden.value = radio.value;
    for (const link of document.querySelectorAll('a[href*="user="]')) {
      const url = new URL(link.href);
      url.searchParams.set("user", radio.value);
      link.href = url.pathname + url.search + url.hash;
    }
  });
}

const jobs = document.getElementById("jobs");
jobs.addEventListener("change", () => log.classList.toggle("with-jobs", jobs.checked));

// "More" stays open while people work with it.
const more = document.querySelector("details.more");
if (more) {
  more.open = sessionStorage.getItem("more") === "open";
  more.addEventListener("toggle", () => sessionStorage.setItem("more", more.open ? "open" : ""));
}

const stream = new EventSource("/sandbox/log/stream");
stream.addEventListener("sent", (event) => {
  // The row is the server's own HTML; text in it is escaped there.
  log.insertAdjacentHTML("afterbegin", event.data);
  log.firstElementChild.classList.add("new");
  while (log.children.length > ROWS) log.lastElementChild.remove();
});
stream.addEventListener("hooks", (event) => {
  document.getElementById("hooks").innerHTML = event.data;
});
