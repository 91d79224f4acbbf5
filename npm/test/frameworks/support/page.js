// A page as users write it: uploads and follows what its address names, and shows what came out.
import { CloudConvert } from 'cloudconvert-kit';

async function convert() {
  const query = new URLSearchParams(location.search);
  const client = new CloudConvert();
  await client.upload(query.get('uploadUrl'), new File(['# Hello'], 'a.md'));
  const { files } = await client.follow(query.get('processUrl'));
  return `${files[0].name} ${(await files[0].text()).includes('Hello</h1>')}`;
}

convert().then(
  (result) => (document.title = result),
  (error) => (document.title = String(error)),
);
