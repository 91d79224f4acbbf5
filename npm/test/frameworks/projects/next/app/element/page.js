// A page that the server renders with the element in it, and that converts through the relay of the same server.
'use client';
import 'cloudconvert-kit/element';

const show = ({ detail }) => (document.title = detail.result.files[0].name);

export default () => <cloudconvert-upload base-url="/convert/v2" to="html" auto words={{ chooseOne: 'Take one' }} onfileconverted={show} />;
