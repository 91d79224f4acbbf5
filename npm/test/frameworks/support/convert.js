// What all places on the server do.
import { CloudConvert } from 'cloudconvert-kit';

export async function convert() {
  const client = new CloudConvert({ apiKey: process.env.CLOUDCONVERT_API_KEY, baseUrl: process.env.CLOUDCONVERT_BASE_URL });
  try {
    const { files } = await client.convert(new File(['# Hello'], 'a.md'), { to: 'html' });
    return `${files[0].name} ${(await files[0].text()).includes('Hello</h1>')}`;
  } catch (error) {
    return String(error);
  }
}
