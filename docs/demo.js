// The demo of the site: the element, against the service whose address is typed in.
import { CloudConvert } from './kit/browser/index.js';
import './kit/browser/element.js';

const [address, key, upload] = ['address', 'key', 'upload'].map((id) => document.getElementById(id));

/** Uses the service that is named now. The key stays in this page, and goes there alone. */
function use() {
  const isNamed = address.checkValidity() && address.value !== '';
  upload.hidden = !isNamed;
  if (isNamed) upload.client = new CloudConvert({ baseUrl: address.value, apiKey: key.value || undefined });
}

for (const input of [address, key]) input.addEventListener('change', use);
use();
