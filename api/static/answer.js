/** One turn of the conversation, drawn from its data: waiting, failed, answered, or not found. */

import { h, marked } from './dom.js';
import { words } from './i18n.js';
import { linkTo } from './document.js';

const LONG_ANSWER = 40; // characters; beyond this a quote in display size fills the screen
const SHOWN_REPRINTS = 6; // a story that every paper has printed
const SHOWN_TERMS = 12; // a long question matches dozens; the first say enough

/**
 * `turn` is {question, reply?, problem?, slow?}; `retry` is called when the reader asks for another try, and
 * `askAsTyped` when a question that was completed from the conversation is to be searched for as it was typed.
 */
export function drawTurn(turn, retry, askAsTyped) {
  const outcome = drawOutcome(turn, retry, askAsTyped);
  return h('article', { class: 'turn' }, h('h2', { class: 'asked' }, turn.question), ...outcome);
}

function drawOutcome({ reply, problem, slow }, retry, askAsTyped) {
  if (problem) return [drawProblem(problem, retry)];
  if (!reply) return [h('p', { class: 'status' }, slow ? words.stillSearching : words.searching)];
  const rewritten = reply.query === reply.question ? null : drawUnderstood(reply.query, askAsTyped);
  return [rewritten, ...(reply.answer ? drawAnswer(reply) : drawNotFound(reply))].filter((node) => node !== null);
}

function drawUnderstood(query, askAsTyped) {
  const button = h('button', { type: 'button', onclick: askAsTyped }, words.asTyped);
  return h('p', { class: 'understood' }, h('span', null, words.understood, h('q', null, query)), button);
}

function drawProblem(problem, retry) {
  const message = problem.detail ?? (problem.status === 0 ? words.unreachable : words.failed(problem.status));
  const button = problem.transient ? h('button', { type: 'button', class: 'retry', onclick: retry }, words.retry) : null;
  return h('p', { class: 'error' }, h('span', null, message), button);
}

function drawAnswer({ answer, passages, timings }) {
  const lead = { ...passages[answer.passage], source: answer.source }; // its links lead to the answer itself
  const others = passages.toSpliced(answer.passage, 1);
  const length = answer.text.length > LONG_ANSWER ? ' long' : '';
  return [
    h('blockquote', { class: `answer-text${length}` }, answer.text),
    h(
      'div',
      { class: 'facts' },
      drawConfidence(answer.confidence),
      drawChips(passages.with(answer.passage, lead)),
      h('button', { type: 'button', class: 'copy', onclick: ({ target }) => copy(target, citation(answer)) }, words.copy),
    ),
    drawPassage(lead, marked(lead.text, answer.start, answer.end)),
    others.length
      ? h('details', { class: 'more' }, h('summary', null, words.more(others.length)), ...others.map((p) => drawPassage(p)))
      : null,
    drawTimings(timings),
  ];
}

function drawNotFound({ passages, timings }) {
  return [
    h(
      'div',
      { class: 'not-found' },
      h('strong', null, words.notFound),
      h('p', null, passages.length ? words.nearest : words.nothingNear),
    ),
    ...passages.map((passage) => drawPassage(passage)),
    drawTimings(timings),
  ];
}

function drawConfidence(confidence) {
  const level = confidence >= 0.8 ? 'high' : confidence >= 0.5 ? 'medium' : 'low';
  const percent = Math.min(99, Math.round(confidence * 100)); // "100%" would promise what a model cannot
  return h(
    'span',
    { class: 'confidence' },
    h('meter', { min: 0, max: 1, low: 0.5, high: 0.8, optimum: 1, value: confidence, 'aria-label': words.confidence }),
    `${words.confidenceWord[level]} ${percent}%`,
  );
}

function drawChips(passages) {
  return h('nav', { class: 'chips', 'aria-label': words.sources }, ...passages.map(drawChip));
}

function drawChip({ rank, source }) {
  const label = words.openSource(rank, describe(source).join(' · '));
  return h('a', { class: 'chip', href: linkTo(source), 'aria-label': label, title: label }, `[${rank}]`);
}

function drawPassage(passage, content = [passage.text]) {
  const hidden = passage.terms.length - SHOWN_TERMS;
  const tags = [...passage.terms.slice(0, SHOWN_TERMS), ...(hidden > 0 ? [`+${hidden}`] : [])];
  return h(
    'section',
    { class: 'passage' },
    h('p', { class: 'passage-text' }, ...content),
    h('p', { class: 'place' }, drawChip(passage), drawSourceLink(passage.source)),
    drawReprints(passage.also ?? []), // turns of an older version of the page lack it
    h(
      'div',
      { class: 'why' },
      tags.length ? h('ul', { class: 'terms', 'aria-label': words.terms }, ...tags.map((tag) => h('li', null, tag))) : null,
      h('span', { class: 'score' }, words.score(passage)),
    ),
  );
}

function drawSourceLink(source) {
  // <bdi>: a right-to-left file name must not reorder what follows it.
  const parts = describe(source).flatMap((part) => [' · ', h('bdi', null, part)]);
  return h('a', { class: 'source-link', href: linkTo(source) }, ...parts.slice(1));
}

/** Other places where nearly the same is said, each a link into its document. */
function drawReprints(sources) {
  if (sources.length === 0) return null;
  const links = sources.slice(0, SHOWN_REPRINTS).map(drawReprint);
  const hidden = sources.length - links.length;
  return h('p', { class: 'also' }, h('span', null, words.also), ...links, hidden > 0 ? `+${hidden}` : null);
}

function drawReprint(source) {
  const name = source.path.split('/').at(-1);
  return h('a', { class: 'chip', href: linkTo(source), title: describe(source).join(' · ') }, h('bdi', null, name));
}

function drawTimings(timings) {
  const total = Object.values(timings).reduce((sum, ms) => sum + ms, 0);
  return h('p', { class: 'took' }, words.took(Math.max(1, Math.round(total))));
}

/** Where a source is, in words: path, headline, sub-heads, date; page, paragraph or row, or else the line. */
function describe({ path, headline, headings = [], date, page, paragraph, row, line }) {
  const unit =
    (page && words.page(page)) ||
    (paragraph && words.paragraph(paragraph)) ||
    (row && words.row(row)) ||
    (line && words.line(line));
  return [path, headline, ...headings.slice(headings.indexOf(headline) + 1), date, unit].filter(Boolean);
}

function citation({ text, source }) {
  return `“${text}” —— ${describe({ ...source, headline: null, headings: [] }).join(words.comma)}`;
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = words.copied;
  } catch {
    button.textContent = words.copyFailed; // browsers give the clipboard to https and localhost only
  }
  setTimeout(() => { button.textContent = words.copy; }, 2000);
}
