// A page as users write it: converts by what its address names, a relay or a ticket, and shows what came out.
import { CloudConvert } from 'cloudconvert-kit';
import { resumable } from 'cloudconvert-kit/resume';
import { upload } from 'cloudconvert-kit/upload';

const file = new File(['# Hello'], 'a.md');

/** By version 2 of the API, through a relay: by a client, and by one whose conversions go on after a reload. */
async function byRelay(baseUrl) {
  const client = new CloudConvert({ baseUrl });
  await client.convert(file, { to: 'html' });
  return resumable(client).convert(file, { to: 'html' });
}

/** By version 1, with a ticket from a backend. */
async function byTicket(ticket) {
  await upload(ticket, file);
  return new CloudConvert().follow(ticket);
}

async function convert() {
  const query = new URLSearchParams(location.search);
  const { files } = await (query.has('relay') ? byRelay(query.get('relay')) : byTicket(query.get('ticket')));
  return `${files[0].name} ${(await files[0].text()).includes('Hello</h1>')}`;
}

convert().then(
  (result) => (document.title = result),
  (error) => (document.title = String(error)),
);
