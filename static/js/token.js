// A page that was open while its learner logged in again has a token of before: it is given that of today,
// if it is still the same account.

const accountOf = (page) => page.querySelector("form[data-account]")?.dataset.account;

/** Put today's token into the forms of this page and into what it sends; whether there is one. */
export async function renew(body) {
  const token = await tokenOfToday().catch(() => undefined);
  if (!token) return false;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  body.set("csrfmiddlewaretoken", token);
  return true;
}

async function tokenOfToday() {
  const html = await (await fetch(location.href, { cache: "no-store" })).text();
  const page = new DOMParser().parseFromString(html, "text/html");
  return accountOf(page) === accountOf(document) && page.querySelector("[name=csrfmiddlewaretoken]")?.value;
}
