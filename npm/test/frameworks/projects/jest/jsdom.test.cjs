/** @jest-environment jsdom */
const { CloudConvert, CloudConvertError } = require('cloudconvert-kit');

// Jest's page lacks most of what a page has.
test('what to do is told', async () => {
  const client = new CloudConvert({ baseUrl: 'http://127.0.0.1:1/v1' });
  const error = await client.formats().catch((error) => error);
  expect(error).toBeInstanceOf(CloudConvertError);
  expect(error.code).toBe('bad_request');
  expect(error.message).toMatch(/the environment node/);
});
