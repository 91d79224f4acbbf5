import { CloudConvert, CloudConvertError } from 'cloudconvert-kit';
import { expect, test } from 'vitest';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_BASE_URL: baseUrl } = process.env;
const client = new CloudConvert({ apiKey, baseUrl });

test('a conversion', async () => {
  const { files } = await client.convert(new File(['# Hello'], 'a.md'), { to: 'html' });
  expect(files[0].name).toBe('a.html');
  expect(files[0].size).toBeGreaterThan(10);
}, 20_000);

test('a conversion that is cancelled', async () => {
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  await expect(client.convert(new File(['# Hello'], 'a.md'), { to: 'html', signal: stop.signal, onProgress })).rejects.toHaveProperty('name', 'AbortError');
}, 20_000);

test('an error', async () => {
  await expect(client.convert(new File(['?'], 'a.md'), { to: 'nothing' })).rejects.toThrow(CloudConvertError);
}, 20_000);
