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
  const said = form.querySelector(".writing-tools").dataset;
  let timer = 0;
  let waiting = 0;
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
    data.set("topic", form.dataset.topic ?? "");
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
    if (!file.type.startsWith("image/")) return said.noPicture;
    const alt = prompt(form.dataset.alt);
    if (!alt?.trim()) return said.noAlt;
    const data = new FormData();
    data.set("picture", file);
    data.set("alt", alt);
    data.set("topic", form.dataset.topic ?? "");
    try {
      const response = await fetch(form.dataset.pictures, { method: "POST", body: data, headers });
      if (response.status === 413) return said.large;
      const answer = await response.json();
      if (answer.error) return answer.error.message;
      put(answer.markdown);
      return "";
    } catch {
      return said.failed;
    }
  };

  const keepPictures = async (files) => {
    const refused = [];
    for (const file of files) {
      const why = find("picture") ? await keepPicture(file) : said.notHere;
      if (why) refused.push([0, `${file.name}: ${why}`]);
    }
    if (refused.length) {
      clearTimeout(waiting); // the preview would take the words away
      say(refused);
    }
  };

  const pick = async () => {
    const query = new URLSearchParams({ q: q.value, topic: form.dataset.topic ?? "" });
    let answer;
    try {
      answer = await (await fetch(`${form.dataset.targets}?${query}`)).json();
    } catch {
      answer = { error: { message: said.failed } };
    }
    const { results = [], error } = answer;
    if (!results.length) {
      found.textContent = error?.message ?? (q.value.trim() ? said.nothing : "");
      return;
    }
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
  find("picture")?.addEventListener("change", async (event) => {
    await keepPictures([...event.target.files]);
    event.target.value = "";
  });
  text.addEventListener("paste", (event) => {
    const { types, files } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return; // a table comes as a picture, too
    event.preventDefault();
    keepPictures([...files]);
  });
  form.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault(); // the browser would open it in place of this page
    keepPictures([...event.dataTransfer.files]);
  });
  find("picker-close").addEventListener("click", () => picker.close());
  q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(pick, PAUSE / 2);
  });
  q.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  form.addEventListener("input", (event) => {
    if (event.target === q) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  text.addEventListener("scroll", follow);
  show();
}
