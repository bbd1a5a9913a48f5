// Keeps what is being typed, so that a closed tab, a log-out or a fault loses nothing.

const form = document.querySelector("form[data-draft]");
const PAUSE = 1500; // milliseconds after the last key
const ALIVE = 50_000; // bytes: browsers refuse to send more than 64 kB on behalf of a page that is left

if (form) {
  const state = form.querySelector("[data-state]");
  let timer = 0;
  let isKept = !("unsaved" in form.dataset); // a form that was refused
  let isSent = false;
  let isAsked = false; // a press of a button waits for an answer

  // Whether the server could be reached.
  const keep = async () => {
    clearTimeout(timer);
    if (isKept) return true;
    isKept = true;
    const body = new FormData(form);
    const keepalive = new Blob([...body.values()].filter((value) => typeof value === "string")).size < ALIVE;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      state.textContent = form.dataset.kept;
      return true;
    } catch (error) {
      isKept = false;
      state.textContent = form.dataset.lost;
      return !(error instanceof TypeError);
    }
  };

  form.addEventListener("input", () => {
    isKept = false;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  // A browser shows a page of its own in place of the text where no server answers.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (isSent || event.submitter?.name === "_discard") {
      isSent = true;
      return;
    }
    event.preventDefault();
    if (isAsked) return;
    isAsked = true;
    isKept = false;
    isSent = await keep();
    isAsked = false;
    if (isSent) form.requestSubmit(event.submitter);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !isSent) keep();
  });
  addEventListener("beforeunload", (event) => {
    if (!isKept && !isSent) event.preventDefault();
  });
}
