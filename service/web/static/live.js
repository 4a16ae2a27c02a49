// Liveliness: everything can be read without it.
"use strict";

// In an article: the marks and the card of the fact that is pointed at, or that the address names, are shown together.
function together() {
  const marked = document.querySelectorAll("[data-r]");
  if (!document.querySelector(".reading")) return;
  const show = (ids) => marked.forEach((one) => one.classList.toggle("on", one.dataset.r.split(" ").some((id) => ids.includes(id))));
  const named = () => show([(location.hash.match(/^#r(\d+)/) || [])[1]]);
  document.addEventListener("focusin", (event) => {
    const one = event.target.closest("[data-r]");
    if (one) show(one.dataset.r.split(" "));
  });
  window.addEventListener("hashchange", named);
  named();
}

// Whatever is dropped on the form is its file.
function dropped() {
  const form = document.querySelector("form.drop");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; form.requestSubmit(); }
  });
}

// What comes in: the stream says that something did, and the server writes the lines.
function live() {
  const place = document.querySelector(".live");
  if (!place) return;
  const list = document.getElementById("lines"), state = document.getElementById("live-state");
  const region = place.dataset.region ? `&region=${encodeURIComponent(place.dataset.region)}` : "";
  let after = Number(place.dataset.after), asking = false, again = false;
  const source = new EventSource(`/v1/stream?after=${after}${region}`);
  source.onopen = () => { state.textContent = state.dataset.on; };
  source.onerror = () => { state.textContent = state.dataset.off; };
  source.addEventListener("record", fetchLines);
  source.addEventListener("withdrawal", (event) => {
    const gone = list.querySelector(`[data-id="${Number(JSON.parse(event.data).withdraws)}"]`);
    if (gone) gone.classList.add("gone");
  });
  async function fetchLines() {
    again = asking;
    if (asking) return;
    asking = true;
    await new Promise((done) => setTimeout(done, 200));
    try {
      const answer = await fetch(`/lines?after=${after}${region}`);
      if (!answer.ok) return;
      after = Number(answer.headers.get("X-Last"));
      again = again || answer.headers.get("X-More") === "yes";
      const made = new DOMParser().parseFromString(`<ol>${await answer.text()}</ol>`, "text/html").querySelectorAll("li");
      for (const line of [...made].reverse()) {
        line.classList.add("new");
        list.prepend(line);
      }
      while (list.children.length > 60) list.lastElementChild.remove();
      if (made.length) document.getElementById("nothing")?.remove();
    } finally {
      asking = false;
      if (again) fetchLines();
    }
  }
}

// What is not filtered by is not in the address.
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}

together();
dropped();
live();
