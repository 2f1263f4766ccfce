/** What the browser remembers. Storage may be full, forbidden or damaged; the page then works without memory. */

const TURNS = 'chuchu.turns';
const LANGUAGE = 'chuchu.language';
const KEPT_TURNS = 50;

/** The saved turns, oldest first, without those that `isSound` refuses. */
export function loadTurns(isSound) {
  try {
    return JSON.parse(read(TURNS)).filter(isSound);
  } catch {
    return []; // not JSON, or not a list
  }
}

export function saveTurns(turns) {
  const answered = turns.filter((turn) => turn.reply).slice(-KEPT_TURNS);
  write(TURNS, JSON.stringify(answered.map(({ question, reply }) => ({ question, reply }))));
}

export const loadLanguage = () => read(LANGUAGE);
export const saveLanguage = (language) => write(LANGUAGE, language);

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to do: remembering is a convenience.
  }
}
