// Puts a section of a collection elsewhere by dragging its handle, or with the arrow keys on it.

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
    dragged = item;
    item.classList.add("is-dragged");
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (dragged !== item) return;
    const under = [...list.children].find((other) => {
      const box = other.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY < box.bottom;
    });
    if (!under || under === item) return;
    const isBelow = item.compareDocumentPosition(under) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (isBelow) under.after(item);
    else under.before(item);
  });
  const drop = () => {
    if (dragged !== item) return;
    dragged = null;
    item.classList.remove("is-dragged");
    keep(item);
  };
  handle.addEventListener("pointerup", drop);
  handle.addEventListener("pointercancel", drop);
  item.prepend(handle);
}

async function keep(item) {
  const form = item.querySelector("form");
  const body = new FormData(form);
  body.set("what", "to");
  body.set("place", [...list.children].indexOf(item));
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!response.ok) location.reload(); // shows the order that holds
  [...list.children].forEach((other, place, all) => {
    other.querySelector("[value=up]").disabled = place === 0;
    other.querySelector("[value=down]").disabled = place === all.length - 1;
  });
}
