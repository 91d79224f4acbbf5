const { CloudConvert, CloudConvertError } = require('cloudconvert-kit');

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_BASE_URL: baseUrl } = process.env;

test('a conversion', async () => {
  const client = new CloudConvert({ apiKey, baseUrl });
  const { files } = await client.convert(new File(['# Hello'], 'a.md'), { to: 'html' });
  expect(files[0].name).toBe('a.html');
  expect(await files[0].text()).toContain('Hello</h1>');
});

test('an error', async () => {
  const client = new CloudConvert({ apiKey, baseUrl });
  await expect(client.convert(new File(['?'], 'a.md'), { to: 'nothing' })).rejects.toThrow(CloudConvertError);
});
