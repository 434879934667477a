/* A slider over time: hides the rows of tables that begin later (tr[data-at], in milliseconds), and says so
   to the pictures drawn from them. Without scripts, links beside it ask for the page as of a time. */
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("tr[data-at]")];

  const move = (slider) => {
    const moments = slider.dataset.moments.split(" ").map(Number);
    const at = moments[Number(slider.value)];
    rows().forEach((row) => { row.hidden = Number(row.dataset.at) > at; });
    const shown = slider.dataset.shown.split("|")[Number(slider.value)];
    slider.setAttribute("aria-valuetext", shown);
    document.getElementById(slider.dataset.output).textContent = shown;
    document.dispatchEvent(new Event("rows-changed"));
  };

  const begin = () => document.querySelectorAll("input[data-moments]").forEach((slider) => {
    if (slider.dataset.ready) return;
    slider.dataset.ready = "yes";
    slider.closest("[hidden]").hidden = false;
    slider.addEventListener("input", () => move(slider));
  });

  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:afterSettle", begin);
})();
