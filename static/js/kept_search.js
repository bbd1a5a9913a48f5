// Searches what is kept offline: the score of search/sql/rank.sql, as it is for a search in a topic,
// with the figures that the server sent (search/portable_index.py). docs/search.md tells the formula.

import { parse, Reader, TOKEN } from "./kept_query.js";

const K1 = 1.2;
const B = 0.75;
const MOST_PAIRED = 6;
const MOST_READ = 30; // rows in which neighbours are looked for
const MOST_MOVED = 20; // rows that are looked through for a definition
const MOST_NAMING = 3;
const MOST_RANKED = 100;
const FIELDS = [1, 1, 1, 0.7]; // what a run is worth in the title, above, the text and code
const TELLING =
  /\b(how|what|when|where|which|who|whose|why|not|no|without|before|after|against|between|during|other|more|most|over|under|again|once)\b/g;

/** Where each lexeme of a section is, by field; read once. */
function placesIn(section) {
  section.places ??= section.fields.map((literal) => {
    const found = new Map();
    for (const [, lexeme, positions] of (literal ?? "").matchAll(/'([^']+)':([\d,]+)/g)) {
      found.set(lexeme, new Set(positions.split(",").map(Number)));
    }
    return found;
  });
  return section.places;
}

/** How often lexemes are side by side in each field of a section. */
const runIn = (section, lexemes) =>
  placesIn(section).map((field) => {
    const starts = [...(field.get(lexemes[0]) ?? [])];
    return starts.filter((start) => lexemes.every((lexeme, step) => field.get(lexeme)?.has(start + step))).length;
  });
const holdsRun = (section, lexemes) => runIn(section, lexemes).some(Boolean);

/** Every alternative with what it adds for one unit of impact. */
function gains(reader, query) {
  const { count, weights } = reader.index;
  const idf = (df) => Math.log(1 + (count - Math.min(df, count) + 0.5) / (df + 0.5));
  const found = [];
  const groups = [...query.words.map((word) => word.alternatives), ...query.hints];
  groups.forEach((alternatives, place) => {
    const word = query.words[place];
    const asks = word && (word.isVague || reader.asking.has(word.surface.toLowerCase()));
    const singles = alternatives.filter((a) => a.lexemes.length === 1 && reader.df.has(a.lexemes[0]));
    const isEqual = (a) => Boolean(a.isOther) || (word && a === alternatives[0]);
    const commonest = Math.max(0, ...singles.filter(isEqual).map((a) => reader.df.get(a.lexemes[0])));
    for (const a of singles) {
      const df = isEqual(a) ? commonest : reader.df.get(a.lexemes[0]);
      const gain = a.weight * (word?.times ?? 1) * (asks ? weights.asking : 1) * idf(df);
      found.push({ word: place, gain, counts: a.counts, term: reader.places.get(a.lexemes[0]) });
    }
    for (const a of alternatives.filter((other) => other.lexemes.length > 1)) {
      const known = reader.index.runs[a.lexemes.join(" ")];
      const df = known ?? reader.index.sections.filter((section) => holdsRun(section, a.lexemes)).length;
      if (df) found.push({ word: place, gain: a.weight * (word?.times ?? 1) * idf(df), counts: true, run: a.lexemes });
    }
  });
  return found;
}

function hitsIn(reader, section, alternatives) {
  const { postings } = section;
  if (!section.terms) {
    section.terms = new Map();
    for (let at = 0; at < postings.length; at += 3) section.terms.set(postings[at], at);
  }
  const hits = new Map();
  for (const a of alternatives) {
    let impact = 0;
    let inTitle = false;
    if (a.run) {
      const times = runIn(section, a.run);
      const sum = times.reduce((total, n, field) => total + n * FIELDS[field], 0);
      if (!sum) continue;
      const tf = Math.max(1, sum);
      impact = (tf * (K1 + 1)) / (tf + K1 * (1 - B + B * (section.length ? section.length / reader.index.mean : 1)));
      inTitle = times[0] > 0;
    } else {
      const at = a.term === undefined ? undefined : section.terms.get(a.term);
      if (at === undefined) continue;
      impact = postings[at + 1];
      inTitle = a.counts && postings[at + 2] === 1;
    }
    const hit = hits.get(a.word) ?? { gain: 0, counts: false, inTitle: false };
    hits.set(a.word, { gain: Math.max(hit.gain, a.gain * impact), counts: hit.counts || a.counts, inTitle: hit.inTitle || inTitle });
  }
  return hits;
}

const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);

/** What of a section's score does not depend on its topic's title. */
function scored(section, hits, rarities, ofAll) {
  const rarity = (words) => (ofAll ? sum(words.map((word) => rarities.get(word) ?? 0)) / ofAll : 0);
  const entries = [...hits];
  const named = entries.filter(([, hit]) => hit.inTitle).map(([word]) => word);
  return {
    section,
    gain: sum(entries.map(([, hit]) => hit.gain)),
    titleGain: sum(entries.filter(([, hit]) => hit.inTitle).map(([, hit]) => hit.gain)),
    heldShare: rarity(entries.filter(([, hit]) => hit.counts).map(([word]) => word)),
    titledShare: rarity(named),
    holds: entries.filter(([, hit]) => hit.counts).map(([word]) => word),
    named,
  };
}

const isQuestion = (reader, query) =>
  query.words.length > MOST_NAMING || new RegExp(`^(?:${reader.patterns.question[0].source})`, "i").test(query.text);

function weigh(reader, query, row, root, rarities, ofAll) {
  const { weights: w } = reader.index;
  const { section } = row;
  const asks = isQuestion(reader, query);
  const wanted = query.keys.length && section.key.startsWith(query.keys[0]) ? section.head : section.words;
  const cover = Math.min(1, row.named.length / Math.max(1, wanted));
  const match = cover * row.titledShare;
  let place = 0;
  if (root?.named.length && row.named.some((word) => !root.named.includes(word))) {
    const both = [...new Set([...row.named, ...root.named])].filter((word) => rarities.has(word));
    const share = sum(both.map((word) => rarities.get(word))) / ofAll;
    place = Math.min(1, both.length / (section.words + root.section.words)) * share;
  }
  const roles = { text: 1, stub: w.stub, links: w.links, bare: w.bare, letter: w.letter, question: asks ? 1 : w.question };
  const compares = query.isComparison && row.named.length >= query.words.length && section.role !== "bare";
  const fit =
    (row.gain + ((w.title * row.titleGain) / (2 + query.words.length)) * cover) *
    (1 - w.missing * (1 - row.heldShare)) *
    (section.depth === 0 ? 1 + w.root * match : 1) *
    roles[section.role] *
    (compares ? 1 + w.comparison : 1);
  return { ...row, turn: turnOf(query, section, asks), score: fit * (section.depth > 0 ? 1 + w.part * place : 1) };
}

const isNamed = (form, section) => new RegExp(`(?<![\\p{L}\\p{N}_])${form}s?(?![\\p{L}\\p{N}_])`, "iu").test(section.title);

/** What the first rows are worth where they say the only word in the form that was typed. */
function weighForm(reader, query, rows) {
  const { form } = query;
  const { question, form: bonus } = reader.index.weights;
  const place = reader.index.derived.indexOf(form);
  const named = rows.filter((row) => isNamed(form, row.section));
  const onlyQuestions = named.every((row) => row.section.role === "question");
  for (const row of rows) {
    const isIn = named.includes(row);
    if (isIn || row.section.derived.includes(place)) row.close *= 1 + bonus;
    // A question may lead where nothing else is called so.
    if (isIn && onlyQuestions && !isQuestion(reader, query)) row.close /= Math.max(question, 0.01);
  }
}

function turnOf(query, section, asks) {
  if (query.number && section.number === query.number) return 0;
  const keys = query.isComparison ? query.keys.slice(0, 1) : query.keys;
  const answers =
    keys.includes(section.key) &&
    section.role !== "bare" &&
    (section.role !== "links" || section.depth === 0) &&
    (section.role !== "question" || asks) &&
    (!query.form || isNamed(query.form, section)) &&
    (section.title.toLowerCase().match(TELLING) ?? []).every((word) => query.said.includes(word));
  return answers ? 1 : 2;
}

/** Neighbours of the query that are neighbours in the section, as a share of all. */
function pairsOf(query) {
  const heads = query.words.map((word) => word.alternatives[0].lexemes);
  if (query.words.length > MOST_PAIRED) return [];
  return heads.slice(1).map((lexemes, place) => [...heads[place], ...lexemes]);
}

function ranked(index, typed) {
  const reader = new Reader(index);
  const query = parse(reader, typed);
  const alternatives = gains(reader, query);
  const rarities = new Map();
  for (const a of alternatives) if (a.counts) rarities.set(a.word, Math.max(rarities.get(a.word) ?? 0, a.gain));
  const ofAll = sum([...rarities.values()]);
  const rows = [];
  for (const section of index.sections) {
    if (!query.must.every((run) => holdsRun(section, run)) || query.mustNot.some((run) => holdsRun(section, run))) continue;
    const hits = hitsIn(reader, section, alternatives);
    const isAdmitted = [...hits.values()].some((hit) => hit.counts) || (query.number && section.number === query.number);
    if (isAdmitted) rows.push(scored(section, hits, rarities, ofAll));
  }
  const roots = new Map(rows.filter((row) => row.section.depth === 0).map((row) => [row.section.topic, row]));
  const byScore = (score) => (a, b) => a.turn - b.turn || b[score] - a[score] || a.section.id - b.section.id;
  const best = rows
    .map((row) => weigh(reader, query, row, roots.get(row.section.topic), rarities, ofAll))
    .sort(byScore("score"))
    .slice(0, MOST_RANKED);
  const pairs = pairsOf(query);
  best.forEach((row, place) => {
    const beside = place < MOST_READ ? pairs.filter((pair) => holdsRun(row.section, pair)).length : 0;
    row.isLate = place >= MOST_READ;
    row.close = row.score * (1 + (pairs.length ? (index.weights.pairs * beside) / pairs.length : 0));
  });
  if (query.form) weighForm(reader, query, best.slice(0, MOST_READ));
  best.sort((a, b) => a.turn - b.turn || a.isLate - b.isLate || b.close - a.close || a.section.id - b.section.id);
  return { rows: definedFirst(reader, query, best), query, count: query.words.length };
}

/** A question for a meaning is answered by the section that says it. */
function definedFirst(reader, query, rows) {
  const match = query.text.replace(/[ ?.!]+$/, "").match(reader.patterns.meaning[0]);
  const term = match?.slice(1).find(Boolean) ?? "";
  if (!term || reader.index.noTerm.includes(term.split(" ")[0].toLowerCase())) return rows;
  const key = reader.titleKey(term);
  const name = term.toLowerCase();
  const recorded = reader.index.defined[name] ?? reader.index.defined[name.replace(/s$/, "")];
  const first =
    rows.slice(0, MOST_MOVED).find(({ section }) => section.text && section.says.includes(key)) ??
    rows.find(({ section }) => section.id === recorded);
  return first ? [first, ...rows.filter((row) => row !== first)] : rows;
}

/** The kept sections that answer what was typed, best first: [section, whether it holds all words]. */
export function search(indexes, typed) {
  const found = new Map();
  for (const index of indexes) {
    const { rows, count } = ranked(index, typed);
    rows.forEach((row, place) => {
      const known = found.get(row.section.id);
      const entry = { section: row.section, turn: place === 0 ? Math.min(row.turn, 1) : row.turn, close: row.close, place, holdsAll: row.holds.length >= count };
      if (!known || known.close < entry.close) found.set(row.section.id, entry);
    });
  }
  const all = [...found.values()];
  // The order of one index is the ranking's own; those of several are merged by their scores.
  if (indexes.length === 1) return all;
  return all.sort((a, b) => a.turn - b.turn || b.close - a.close || a.section.id - b.section.id);
}

/** The part of a section's text that holds most of the typed words, in pieces: [text, is marked]. */
export function snippet(index, section, typed) {
  const reader = new Reader(index);
  const forms = new Set(parse(reader, typed).words.flatMap((word) => word.alternatives.flatMap((a) => a.lexemes)));
  const isHit = (word) => reader.read(word)[2].some((lexeme) => forms.has(lexeme));
  const sentences = section.text.match(/[^.!?\n]+[.!?]*\s*/g) ?? [];
  const hits = sentences.map((sentence) => (sentence.match(TOKEN) ?? []).filter(isHit).length);
  const best = sentences[hits.indexOf(Math.max(0, ...hits))] ?? "";
  const pieces = [];
  let last = 0;
  for (const match of best.slice(0, 240).matchAll(TOKEN)) {
    if (!isHit(match[0])) continue;
    pieces.push([best.slice(last, match.index), false], [match[0], true]);
    last = match.index + match[0].length;
  }
  pieces.push([best.slice(last, 240), false]);
  return pieces;
}
