// Puts a section of a collection elsewhere by dragging its handle, or with the arrow keys on it.

const app = import(document.getElementById("kb:app").src); // handles do not wait for it
const list = document.querySelector("[data-sortable]");
let dragged;

for (const item of list.children) {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "button button-plain handle";
  handle.textContent = "⠿";
  handle.setAttribute("aria-label", `${list.dataset.sortable}: ${item.dataset.name}`);
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    handle.focus();
    keep(item);
  });
  // By pointer: mouse, pen and finger alike.
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    dragged = item;
    item.classList.add("is-dragged");
  });
  item.prepend(handle);
}

// What is moved in the page loses the pointer's capture, so the whole page listens.
document.addEventListener("pointermove", (event) => {
  const under = dragged && [...list.children].find((other) => isAt(other, event.clientY));
  if (!under || under === dragged) return;
  const isBelow = dragged.compareDocumentPosition(under) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (isBelow) under.after(dragged);
  else under.before(dragged);
});

for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    keep(dragged);
    dragged = null;
  });
}

function isAt(item, y) {
  const box = item.getBoundingClientRect();
  return y >= box.top && y < box.bottom;
}

async function keep(item) {
  const form = item.querySelector("form");
  const body = new FormData(form);
  body.set("what", "to");
  body.set("place", [...list.children].indexOf(item));
  const { post } = await app;
  const response = await post(form.action, body);
  if (!response.ok) location.reload(); // shows the order that holds
  [...list.children].forEach((other, place, all) => {
    other.querySelector("[value=up]").disabled = place === 0;
    other.querySelector("[value=down]").disabled = place === all.length - 1;
  });
}
