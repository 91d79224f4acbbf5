// What the page asks its own backend, which holds the key.

/** Where the file goes, and where its conversion is followed: `{ uploadUrl, processUrl }`. */
export function prepare(wish, signal) {
  return ask('prepare', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(wish), signal });
}

/** The formats into which the service converts a file of this format. */
export function outputFormats(from, signal) {
  return ask(`formats?from=${encodeURIComponent(from)}`, { signal });
}

async function ask(address, request) {
  let response;
  try {
    response = await fetch(address, request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw Object.assign(new Error('The page cannot reach its server.'), { code: 'network' });
  }
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), answer);
  return answer;
}
