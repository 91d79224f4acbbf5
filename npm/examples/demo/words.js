// Errors in words that say what happened and what to do.
import { extension } from './files.js';

const WORDS = {
  network: ['The connection broke', 'Your file could not be sent or fetched. Check your connection to the internet and try again.'],
  timeout: ['This took too long', 'The service did not finish in time. Try again, perhaps with a smaller file.'],
  conversion_failed: ['This file cannot be converted', 'It may be damaged, or not be what its name says. Does it open on your computer?'],
  throttled: ['The service is very busy', 'Too many conversions were started at once. Wait a minute and try again.'],
  unavailable: ['The service has a problem', 'It is not working as it should at the moment. Try again in a few minutes.'],
  not_found: ['The conversion is gone', 'The service no longer knows this conversion. Start it once more.'],
  unauthorized: ['This page may not use the service', 'Its access is missing or has ended. Please tell those who run this page.'],
  bad_request: ['The service did not accept this', 'It cannot do what was asked with this file. Try another format.'],
  invalid_response: ['The service gave a strange answer', 'This is not your fault. Try again in a few minutes.'],
  untrusted_url: ['Stopped for your safety', 'The service pointed to an unknown place, and your file was not sent there.'],
  input: ['The file cannot be read', 'It may have been moved, changed or deleted since you chose it. Choose it again.'],
};

/** `{ title, words, detail }`; the detail is what the service itself said, where that helps. */
export function wordsFor(error, file) {
  if (error.code === 'unsupported') {
    const format = extension(file.name);
    const title = format ? `.${format} files cannot be converted here` : 'What kind of file is this?';
    const words = format ? 'The service has no conversion for this format.' : 'Its name has no extension, such as “.png”. Rename it and try again.';
    return { title, words, detail: '' };
  }
  if (error.code === 'network' && !navigator.onLine) {
    return { title: 'You are offline', words: 'Connect to the internet and try again. Your file is still chosen.', detail: '' };
  }
  const [title, words] = WORDS[error.code] ?? ['Something went wrong', 'Try again; if it happens once more, tell those who run this page.'];
  const telling = ['conversion_failed', 'bad_request'].includes(error.code) || !(error.code in WORDS);
  return { title, words, detail: telling && error.message ? `The service says: “${error.message}”` : '' };
}
