// Topics are dragged into another order; the buttons do the same without a mouse.

const form = document.querySelector("form[data-orders]");

if (form) {
  const list = form.querySelector("ol");
  const saves = form.querySelector("[data-saves]");
  let dragged = null;

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    const isBelow = event.clientY > box.top + box.height / 2;
    list.insertBefore(dragged, isBelow ? over.nextSibling : over);
  });
  list.addEventListener("dragend", () => {
    dragged = null;
    saves.hidden = false;
  });
}
