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

together();
dropped();
