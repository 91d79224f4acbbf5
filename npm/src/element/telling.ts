// How a file is doing, in words.
import type { CloudConvertError } from '../index.js';
import type { Item } from './item.js';
import type { Speech, Words } from './words.js';

/** `brief` is without the figures that change all the time. */
export function telling({ state, progress, error, from }: Item, speech: Speech, brief = false): string {
  if (error) return problem(error, speech);
  if (state === 'failed') return from ? speech.say('unsupported', { format: from }) : speech.say('noFormat');
  if (state !== 'working') return speech.say(state);
  if (!navigator.onLine) return speech.say('offline');
  const { stage = 'create', sent = 0, received = 0, total, speed, timeLeft, attempt, percent } = progress ?? {};
  const word = ({ start: 'create', delete: 'download', done: 'download' } as const)[stage as string] ?? (stage as keyof Words);
  if (brief) return speech.say(word);
  const moves = total && (word === 'upload' || word === 'download');
  return [
    moves
      ? speech.say(`${word}Of`, { done: speech.size(word === 'upload' ? sent : received), total: speech.size(total) })
      : speech.say(word) + (percent && word === 'convert' ? ` ${Math.floor(percent)} %` : ''),
    moves && speed && speech.size(speed, '-per-second'),
    timeLeft && speech.say('left', { time: speech.time(timeLeft) }),
    attempt && speech.say('attempt', { number: attempt + 1 }),
  ].filter(Boolean).join(' · ');
}

/** What went wrong, and what to do; in the service's own words where those help. The kit's are for who wrote the page. */
function problem(error: Error, speech: Speech): string {
  const { code = 'failed', serviceMessage: message } = error as Partial<CloudConvertError>;
  const word = code in speech.words ? (code as keyof Words) : 'failed';
  const tells = ['conversion_failed', 'unauthorized', 'failed'].includes(word) && message;
  return speech.say(word) + (tells ? ` ${speech.say('says', { message })}` : '');
}
