// What the page does beside the element: a sample for those who have no file at hand, and Escape.
const upload = document.querySelector('cloudconvert-upload');

document.getElementById('sample').addEventListener('click', async () => {
  const sample = await (await fetch('sample.png')).blob();
  await upload.add([new File([sample], 'sample.png', { type: 'image/png' })]);
});

// Escape goes one step back.
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && !upload.cancel()) upload.clear();
});
