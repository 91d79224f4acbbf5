// A page that the server renders with the element in it, and that converts through the relay of the same server. React sets
// neither objects nor listeners of an element that the server has rendered, so an effect does.
'use client';
import { useEffect, useRef } from 'react';
import 'cloudconvert-kit/element';

const show = ({ detail }) => (document.title = detail.result.files[0].name);

export default function Page() {
  const upload = useRef(null);
  useEffect(() => {
    const { current } = upload;
    current.words = { chooseOne: 'Take one' };
    current.addEventListener('fileconverted', show);
    return () => current.removeEventListener('fileconverted', show);
  }, []);
  return <cloudconvert-upload ref={upload} base-url="/convert/v2" to="html" auto />;
}
