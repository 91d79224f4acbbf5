// A program for Node as users write it: converts, and prints what came out.
import { CloudConvert, CloudConvertError } from 'cloudconvert-kit';

const client = new CloudConvert({ apiKey: process.env.CLOUDCONVERT_API_KEY, baseUrl: process.env.CLOUDCONVERT_BASE_URL });
client
  .convert(new File(['# Hello'], 'a.md'), { to: 'html' })
  .then(({ files }) => files[0].text().then((text) => console.log(files[0].name, text.includes('Hello</h1>'))))
  .catch((error) => console.log(error instanceof CloudConvertError, error));
