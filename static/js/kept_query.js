// A query offline, as `search.query.Query` is one online: what was typed, cut into words by what the index
// says (search/portable_index.py), with their synonyms. What is corrected or finished online is not here.

const SYNONYM = 0.6;
const HINT = 0.6;
const VARIANT = 0.8;
const LONGEST_NAME = 6; // words in a name that synonyms are looked up for
const MOST_CHARACTERS = 1000;
export const TOKEN = /(?<!\w)[A-Za-z]\+\+(?:\d+)?(?!\w)|(?<!\w)[A-Za-z]#(?!\w)|(?<!\w)\.NET\b|[$@]?[\p{L}\p{N}_]+(?:(?:::|[./\-‐‑–'’@&])[\p{L}\p{N}_]+)*/gu;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "");

/** How words of the text are read: what the index says, and plain rules for what it does not know. */
export class Reader {
  constructor(index) {
    this.index = index;
    this.stops = new Set(index.stops);
    this.asking = new Set(index.asking);
    this.df = new Map([...Object.entries(index.others), ...index.terms]);
    this.places = new Map(index.terms.map(([lexeme], place) => [lexeme, place]));
    this.patterns = {};
    for (const [name, sources] of Object.entries(index.patterns)) {
      this.patterns[name] = sources.map((source) => new RegExp(source, "i"));
    }
  }

  /** A token as [words of the query, key as a title, lexemes in order, whether it is a stop word]. */
  read(surface) {
    const { names, words } = this.index;
    const known = names[surface] ?? names[surface.toLowerCase()];
    if (known) return [...known, false];
    const plain = fold(surface).toLowerCase().replace(/['’]s$/, "");
    const pieces = plain.match(/[\p{L}\p{N}+#]+/gu) ?? [];
    if (pieces.length > 1 && !/^\d+(\.\d+)+$/.test(plain) && !/['’]/.test(plain)) {
      return this.readSeveral(pieces);
    }
    const lower = plain.replace(/['’]/g, "");
    if (this.stops.has(lower)) return [[], "", [lower], true];
    const lexeme = words[lower] ?? lower;
    const name = lower.match(/^([a-z]{3,})\d{1,4}$/);
    const alternatives = [[[lexeme], 1, 1]];
    if (name) alternatives.push([[words[name[1]] ?? name[1]], VARIANT, 1]);
    return [[[surface, alternatives]], lexeme, [lexeme], false];
  }

  /** TCP/IP asks for tcp and for ip; the joined form counts for either. */
  readSeveral(pieces) {
    const read = pieces.map((piece) => this.read(piece));
    const told = read.filter((part) => !part[3]);
    const joined = pieces.join("");
    const both = [[this.index.words[joined] ?? joined], 1, 1];
    const words = told.flatMap((part) => part[0]).map(([surface, alternatives]) => [surface, [...alternatives, both]]);
    return [words, told.map((part) => part[1]).join(" "), read.flatMap((part) => part[2]), !told.length];
  }

  titleKey(text) {
    const read = (text.match(TOKEN) ?? []).map((surface) => this.read(surface)).filter((t) => !["vs", "versus"].includes(t[2][0]));
    const told = read.filter((token) => !token[3]);
    const keys = told.length ? told.map((token) => token[1]) : read.map((token) => token[2][0].toUpperCase());
    return keys.join(" ");
  }
}

/** The query as the index understands it: see `search.query.Query`. */
export function parse(reader, typed) {
  let text = typed.normalize("NFKC").split(/\s+/).filter(Boolean).join(" ").slice(0, MOST_CHARACTERS);
  const query = { words: [], sequence: [], keys: [], hints: [], must: [], mustNot: [], isComparison: false };
  text = text.replace(/[“”„]/g, '"').replace(/(^|\s)([-!+]?)"([^"]*)"/g, (_, before, sign, phrase) => {
    const lexemes = (phrase.match(TOKEN) ?? []).flatMap((surface) => reader.read(surface)[2]);
    if (lexemes.length) (sign === "-" || sign === "!" ? query.mustNot : query.must).push(lexemes);
    return sign === "-" || sign === "!" ? before : `${before}${phrase}`;
  });
  text = text.replace(/(^|\s)-([\p{L}\p{N}]\S*)/gu, (_, before, word) => {
    query.mustNot.push(reader.read(word)[2]);
    return before;
  });
  query.text = text.trim();
  const sides = sidesOf(reader, query.text);
  query.isComparison = Boolean(sides);
  if (sides) query.keys = sides.map((side) => reader.titleKey(side)).filter(Boolean);
  const read = sides ? sides.join(" ") : query.text;
  const whole = query.must.length ? "" : reader.titleKey(read);
  if (whole) query.keys.unshift(whole);
  query.said = query.text.toLowerCase().split(" ");
  query.number = /^\d+(?:\.\w+)+$/.test(read) ? read.toLowerCase() : "";
  takeWords(reader, query, read, whole);
  takeHints(reader, query);
  query.form = formOf(reader, query);
  widen(reader, query);
  return query;
}

function sidesOf(reader, text) {
  for (const pattern of reader.patterns.sides) {
    const sides = (text.replace(/[?!. ]+$/, "").match(pattern) ?? []).slice(1).filter(Boolean);
    if (sides.length === 2) return sides;
  }
  return undefined;
}

function takeWords(reader, query, text, whole) {
  const tokens = text.match(TOKEN) ?? [];
  const onlyStops = tokens.every((surface) => reader.read(surface)[3]);
  const isShouting = tokens.length > 5 && text === text.toUpperCase();
  const words = [];
  for (let place = 0; place < tokens.length; place++) {
    const [own, , sequence, isStop] = reader.read(tokens[place]);
    query.sequence.push(...sequence);
    const next = place + 1 < tokens.length && reader.read(tokens[place + 1])[2];
    const pair = next && !onlyStops && reader.index.pairs[`${sequence[0]} ${next[0]}`];
    if (pair && sequence.length === 1 && next.length === 1) {
      query.sequence.push(...next);
      query.keys = query.keys.filter((key) => key !== whole);
      words.push([`${tokens[place]} ${tokens[place + 1]}`, pair]);
      place += 1;
    } else if (!isStop) {
      words.push(...own);
    } else if (onlyStops || (tokens[place].length > 1 && tokens[place] === tokens[place].toUpperCase() && tokens[place] !== "AND" && !isShouting)) {
      words.push([tokens[place], [[[sequence[0].toUpperCase()], 1, 1]], true]);
    }
  }
  const seen = new Map();
  for (const [surface, alternatives, isExact] of words) {
    const name = alternatives[0][0].join(" ");
    const first = seen.get(name);
    if (first) {
      first.times += 1;
      continue;
    }
    const word = { surface, times: 1, isExact, alternatives: alternatives.map(([lexemes, weight, counts]) => ({ lexemes, weight, counts: Boolean(counts) })) };
    seen.set(name, word);
    query.words.push(word);
  }
  if (!onlyStops && query.words.some((word) => word.isExact)) query.keys = query.keys.filter((key) => key !== whole);
}

function takeHints(reader, query) {
  const { asked, choice, mine } = reader.patterns;
  const owned = [...query.text.matchAll(new RegExp(mine[0], "gi"))].map((match) => (match[1] ?? match[2]).toLowerCase());
  if (query.words.length > owned.length) {
    for (const word of query.words) word.isVague = owned.includes(word.surface.toLowerCase().replace(/s$/, ""));
  }
  const when = query.text.match(new RegExp(`^(?:${asked[0].source})`, "i"));
  if (when) query.hints.push([hint(when[1].toUpperCase(), HINT)]);
  const held = new Set(query.words.flatMap((word) => word.alternatives.flatMap((a) => a.lexemes)));
  if (choice[0].test(query.text) && !reader.index.choice.some((lexeme) => held.has(lexeme))) {
    query.hints.push(reader.index.choice.map((lexeme) => hint(lexeme, HINT)));
  }
}

const hint = (lexeme, weight) => ({ lexemes: [lexeme], weight, counts: false });

/** Add synonyms, as `search.synonyms.widen` does. */
function widen(reader, query) {
  const own = new Map(query.words.filter((word) => !word.isExact).map((word) => [word.alternatives[0].lexemes[0], word]));
  const seen = new Set();
  for (let first = 0; first < query.sequence.length; first++) {
    for (let last = first + 1; last <= Math.min(first + LONGEST_NAME, query.sequence.length); last++) {
      const run = query.sequence.slice(first, last);
      const key = run.join(" ");
      const words = run.filter((lexeme) => own.has(lexeme)).map((lexeme) => own.get(lexeme));
      const [names, equal] = reader.index.synonyms[key] ?? [[], []];
      if (!words.length || seen.has(key)) continue;
      seen.add(key);
      const isOther = run.length > 1 || equal.length > 0; // what a name leads to is not that name
      for (const lexemes of names) {
        for (const word of words) {
          const isKnown = word.alternatives.some((a) => a.lexemes.join(" ") === lexemes.join(" "));
          if (lexemes.length && !isKnown) word.alternatives.push({ lexemes, weight: SYNONYM, counts: true, isOther });
        }
      }
      if ((run.length > 1 || query.words.some((word) => word.isVague)) && names.length && !equal.length) {
        query.hints.push(names.flatMap((name) => name.slice(0, 1)).map((lexeme) => hint(lexeme, SYNONYM)));
      }
    }
  }
  const [, equal] = reader.index.synonyms[query.sequence.join(" ")] ?? [[], []];
  if (query.keys.length) query.keys.push(...equal.filter((key) => key && !query.keys.includes(key)));
}

/** The only word of a query, where its stem is that of words of another sense: "sharding". */
function formOf(reader, query) {
  const [word] = query.words;
  const [derived] = reader.patterns.derived ?? []; // which an index of an earlier version lacks
  if (query.words.length !== 1 || word.isExact || !derived) return "";
  const surface = word.surface.toLowerCase();
  return new RegExp(`^(?:${derived.source})$`).test(surface) ? surface : "";
}
