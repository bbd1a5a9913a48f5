// What scripts send for a learner. A page that was open while she logged in again has a token of before:
// it is given that of today, if it is still the same account.

const accountOf = (page) => page.querySelector("form[data-account]")?.dataset.account;

/** The server's answer to a form, for a script. */
export async function post(url, body) {
  // The worker, which cannot know whose page this is, leaves a token of before to us.
  const headers = { Accept: "application/json", "X-Renews-Token": "yes" };
  const send = () => fetch(url, { method: "POST", body, headers });
  const response = await send();
  const token = response.status === 403 && (await tokenOfToday().catch(() => undefined));
  if (!token) return response;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  body.set("csrfmiddlewaretoken", token);
  return send();
}

async function tokenOfToday() {
  const html = await (await fetch(location.href, { cache: "no-store" })).text();
  const page = new DOMParser().parseFromString(html, "text/html");
  return accountOf(page) === accountOf(document) && page.querySelector("[name=csrfmiddlewaretoken]")?.value;
}
