export default () => <p>A project</p>;
