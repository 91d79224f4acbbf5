// The element in React: a property that is no text, and an event.
import 'cloudconvert-kit/element';
import type { CloudConvertUpload, UploadProps } from 'cloudconvert-kit/element';
import { createRoot } from 'react-dom/client';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'cloudconvert-upload': React.DetailedHTMLProps<React.HTMLAttributes<CloudConvertUpload>, CloudConvertUpload> & UploadProps;
    }
  }
}

const relay = new URLSearchParams(location.search).get('relay')!;
const App = () => (
  <cloudconvert-upload baseUrl={relay} to="html" auto words={{ chooseOne: 'Take one' }} onfileconverted={({ detail }) => (document.title = detail.result!.files[0]!.name)} />
);
// @ts-expect-error: there is no such word
export const Wrong = () => <cloudconvert-upload words={{ take: 'Take one' }} />;

createRoot(document.getElementById('app')!).render(<App />);
