// A page as users write them.
import { CloudConvert } from 'cloudconvert-kit';

document.querySelector('input').onchange = async ({ target }) => {
  const { uploadUrl, processUrl } = await (await fetch('/prepare')).json();
  const client = new CloudConvert();
  await client.upload(uploadUrl, target.files[0]);
  console.log(await client.follow(processUrl));
};
