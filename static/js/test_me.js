// Testing oneself by keys: space or Enter shows the answer, 1 or n says that it was not known, 2 or k
// that it was.

const PLACES = { 1: 0, n: 0, 2: 1, k: 1 };
const answer = document.querySelector(".asked details");

function keysAreWanted() {
  try {
    return JSON.parse(localStorage.getItem("keys")) !== false;
  } catch {
    return true;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (!keysAreWanted()) return;
  if (event.key in PLACES && answer.open) {
    answer.querySelectorAll(".ratings button")[PLACES[event.key]].click();
  } else if ((event.key === " " || event.key === "Enter") && !answer.open && !event.target.closest("a, button, summary")) {
    answer.open = true;
    answer.querySelector(".ratings").scrollIntoView({ block: "nearest" });
  } else {
    return;
  }
  event.preventDefault();
});
