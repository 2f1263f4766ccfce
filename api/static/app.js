/** Wires the page together: the composer, the conversation, the list of documents. */

import { drawTurn } from './answer.js';
import { Problem, ask, listDocuments } from './client.js';
import { followAddress } from './document.js';
import { h } from './dom.js';
import { toggleLanguage, translatePage, words } from './i18n.js';
import { loadTurns, saveTurns } from './storage.js';

const SLOW_MS = 4000;
const CONTEXT_TURNS = 6; // what the server uses to understand a follow-up

const byId = (id) => document.getElementById(id);
const [log, composer, question, send] = ['log', 'composer', 'question', 'send'].map(byId);

let turns = loadTurns(isSound); // log.children are these, one for one
let cleared = []; // what "undo" brings back
let documents; // undefined: not asked yet, null: not reachable

/** A saved turn is sound if it can be drawn; an older version of the page may have kept another shape. */
function isSound(turn) {
  try {
    return typeof turn.question === 'string' && Boolean(turn.reply) && Boolean(drawTurn(turn));
  } catch {
    return false;
  }
}

const isWaiting = (turn) => !turn.reply && !turn.problem;

const draw = (turn) => drawTurn(turn, () => run(turn), () => runAsTyped(turn));

function redraw(turn) {
  const drawn = log.children[turns.indexOf(turn)];
  if (drawn) drawn.replaceWith(draw(turn));
  else log.append(draw(turn));
  update();
}

const scrollToTurn = (turn) => log.children[turns.indexOf(turn)].scrollIntoView({ block: 'start' });

function redrawAll() {
  log.ariaBusy = 'true'; // nothing new was said: a screen reader need not read it all out
  log.replaceChildren(...turns.map(draw));
  setTimeout(() => { log.ariaBusy = 'false'; }, 200);
  update();
}

/** Everything outside the log that depends on the turns. */
function update() {
  send.setAttribute('aria-disabled', turns.some(isWaiting)); // not `disabled`, which would drop the focus
  byId('clear').hidden = turns.length === 0;
  byId('undo').hidden = cleared.length === 0 || turns.length > 0;
  byId('intro').classList.toggle('compact', turns.length > 0);
}

async function run(turn) {
  if (turns.some((other) => other !== turn && isWaiting(other))) return;
  delete turn.problem;
  redraw(turn);
  scrollToTurn(turn);
  const earlier = turns.slice(0, turns.indexOf(turn)).filter((other) => other.reply).slice(-CONTEXT_TURNS);
  const context = earlier.map(({ question: asked, reply: { answer, query } }) => ({ question: asked, answer: answer?.text ?? null, query }));
  const timer = setTimeout(() => {
    turn.slow = true;
    if (turns.includes(turn)) redraw(turn);
  }, SLOW_MS);
  try {
    turn.reply = await ask(turn.question, context, Boolean(turn.asTyped));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    turn.problem = problem;
  } finally {
    clearTimeout(timer);
    delete turn.slow;
  }
  if (!turns.includes(turn)) return; // cleared meanwhile
  redraw(turn);
  saveTurns(turns);
  scrollToTurn(turn);
}

/** The reader refuses what was made of the question. */
function runAsTyped(turn) {
  if (turns.some(isWaiting)) return;
  delete turn.reply;
  turn.asTyped = true;
  run(turn);
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const asked = question.value.trim();
  if (!asked || turns.some(isWaiting)) return;
  const turn = { question: asked };
  turns.push(turn);
  question.value = '';
  byId('documents').open = false; // make room
  run(turn);
});

question.addEventListener('keydown', (event) => {
  // While an input method is open, Enter picks a word. Safari ends the composition first and only keeps the code 229.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  composer.requestSubmit();
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  question.focus();
});

byId('language').addEventListener('click', () => {
  toggleLanguage();
  redrawAll();
  drawDocuments();
});

byId('clear').addEventListener('click', () => {
  [cleared, turns] = [turns, []];
  saveTurns(turns);
  redrawAll();
  question.focus();
});

byId('undo').querySelector('button').addEventListener('click', () => {
  [turns, cleared] = [cleared, []];
  saveTurns(turns);
  redrawAll();
  question.focus();
});

function drawDocuments() {
  if (documents === undefined) return;
  byId('count').textContent = documents ? words.documentCount(documents.length) : words.offline;
  byId('documents').hidden = !documents?.length;
  byId('documents').querySelector('ul').replaceChildren(...(documents ?? []).map(drawDocument));
}

function drawDocument(entry) {
  const href = `#/doc/${encodeURIComponent(entry.id)}@${entry.sha256}`;
  const damage = entry.undecodable ? h('em', null, words.undecodable(entry.undecodable)) : null;
  return h('li', null, h('a', { href }, entry.path), h('small', null, words.documentFacts(entry)), damage);
}

async function loadDocuments() {
  documents = await listDocuments().catch(() => null);
  drawDocuments();
}

translatePage();
redrawAll();
log.lastElementChild?.scrollIntoView({ block: 'start', behavior: 'instant' });
followAddress(question);
loadDocuments();
// On a touch screen the focus would open the keyboard over the page.
if (!location.hash && matchMedia('(pointer: fine)').matches) question.focus();
