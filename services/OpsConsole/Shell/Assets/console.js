// An addition only: every page works without this.
for (const field of document.querySelectorAll("input[data-most]")) {
  field.addEventListener("change", () => {
    const most = Number(field.dataset.most);
    field.setCustomValidity(field.files[0]?.size > most ? field.getAttribute("data-too-large") : "");
    field.reportValidity();
  });
}

// Pages that show the state of things are fetched again while they are looked at.
(() => {
  const live = document.querySelector("[data-refresh]");
  if (!live) return;
  const seconds = Number(live.dataset.refresh);
  const again = async () => {
    const busy = document.hidden || live.contains(document.activeElement) || String(getSelection()) !== "";
    if (!busy) {
      try {
        const answer = await fetch(location.href, { redirect: "error" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-refresh]");
        if (answer.ok && fresh) {
          live.replaceChildren(...fresh.childNodes);
          document.querySelector(".foot")?.replaceChildren(...page.querySelector(".foot").childNodes);
        }
      } catch {
        // The next turn tries again; the page keeps what it shows, with the time it was true.
      }
    }
    setTimeout(again, seconds * 1000);
  };
  setTimeout(again, seconds * 1000);
})();
