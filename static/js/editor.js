// Beside a text that is written: a toolbar, what readers will see, a search for links, pictures.

const form = document.querySelector("form[data-writes]");
const PAUSE = 700; // milliseconds after the last key

if (form) {
  const text = form.querySelector("textarea[name=markdown]");
  const find = (name) => form.querySelector(`[data-${name}]`);
  const [html, words, problems] = ["html", "words", "problems"].map(find);
  const [picker, q, found] = ["picker", "picker-q", "picker-found"].map(find);
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token };
  let timer = 0;
  let asked = 0;

  const changed = () => text.dispatchEvent(new Event("input", { bubbles: true }));

  const put = (before, after = "") => {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const chosen = value.slice(start, end);
    text.setRangeText(before + chosen + after, start, end, "end");
    if (!chosen) text.setSelectionRange(start + before.length, start + before.length);
    text.focus();
    changed();
  };

  const begin = (sign) => {
    const { selectionStart, selectionEnd: end, value } = text;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const lines = value.slice(start, end).split("\n");
    text.setRangeText(lines.map((line) => sign + line).join("\n"), start, end, "end");
    text.focus();
    changed();
  };

  const say = (lines) => {
    problems.replaceChildren(
      ...lines.map(([line, message]) => {
        const item = document.createElement("li");
        item.textContent = line ? `${form.dataset.line} ${line}: ${message}` : message;
        return item;
      }),
    );
  };

  const show = async () => {
    const mine = ++asked;
    const data = new FormData();
    data.set("markdown", text.value);
    data.set("title", form.querySelector("[name=title]")?.value ?? "");
    data.set("section", form.dataset.section ?? "");
    let answer;
    try {
      const response = await fetch(form.dataset.preview, { method: "POST", body: data, headers });
      answer = await response.json();
    } catch {
      return;
    }
    if (mine !== asked) return;
    if (answer.error) {
      say([[0, answer.error.message]]);
      return;
    }
    html.innerHTML = answer.html; // sanitised by the server, as every page is
    words.textContent = `${answer.words} ${form.dataset.words}`;
    say(answer.problems);
    follow();
  };

  const follow = () => {
    const room = text.scrollHeight - text.clientHeight;
    const share = room > 0 ? text.scrollTop / room : 0;
    html.scrollTop = share * (html.scrollHeight - html.clientHeight);
  };

  const keepPicture = async (file) => {
    const alt = prompt(form.dataset.alt);
    if (!alt) return;
    const data = new FormData();
    data.set("picture", file);
    data.set("alt", alt);
    data.set("topic", form.dataset.topic ?? "");
    const response = await fetch(form.dataset.pictures, { method: "POST", body: data, headers });
    const answer = await response.json().catch(() => ({ error: { message: response.status } }));
    if (answer.error) say([[0, answer.error.message]]);
    else put(answer.markdown);
  };

  const pick = async () => {
    const query = new URLSearchParams({ q: q.value, topic: form.dataset.topic ?? "" });
    const response = await fetch(`${form.dataset.targets}?${query}`);
    const { results = [], error } = await response.json();
    if (error) say([[0, error.message]]);
    found.replaceChildren(
      ...results.map(({ title, topic, href }) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "link";
        button.textContent = `${title} (${topic})`;
        button.addEventListener("click", () => {
          picker.close();
          const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
          put(chosen ? "[" : `[${title}`, `](${href})`);
        });
        item.append(button);
        return item;
      }),
    );
  };

  form.querySelector(".writing-tools").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { wraps, begins } = button.dataset;
    if (wraps) put(wraps, wraps);
    else if (begins) begin(begins);
    else if ("fences" in button.dataset) put("\n```\n", "\n```\n");
    else picker.showModal();
  });
  find("picture")?.addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) keepPicture(file);
    event.target.value = "";
  });
  const takePicture = (event, items) => {
    const file = [...(items?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file || !find("picture")) return;
    event.preventDefault();
    keepPicture(file);
  };
  text.addEventListener("paste", (event) => takePicture(event, event.clipboardData));
  text.addEventListener("drop", (event) => takePicture(event, event.dataTransfer));
  find("picker-close").addEventListener("click", () => picker.close());
  q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(pick, PAUSE / 2);
  });
  q.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  let waiting = 0;
  form.addEventListener("input", (event) => {
    if (event.target === q) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  text.addEventListener("scroll", follow);
  show();
}
