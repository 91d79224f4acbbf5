// Files that are dropped on a page by script, with handles as Chromium gives them for what people drop.

/** Runs in a page: files dropped by `dropped` have handles, of the page's own file system. */
export function handles() {
  DataTransferItem.prototype.getAsFileSystemHandle = async function () {
    const { name } = this.getAsFile();
    return (await navigator.storage.getDirectory()).getFileHandle(name);
  };
}

/** Runs in a page before its scripts: as handles of a disk are after a reload, its files open when a person has been asked. */
export function locked() {
  let state = 'prompt';
  let hasClicked = false;
  // What a test evaluates counts as a person's doing for the browser.
  addEventListener('click', () => (hasClicked = true), { capture: true });
  const { getFile } = FileSystemFileHandle.prototype;
  Object.assign(FileSystemFileHandle.prototype, {
    queryPermission: async () => state,
    async requestPermission() {
      if (!hasClicked) throw new DOMException('nobody has clicked', 'SecurityError');
      return (state = 'granted');
    },
    getFile() {
      return state === 'granted' ? getFile.call(this) : Promise.reject(new DOMException('nobody was asked', 'NotAllowedError'));
    },
  });
}

/** Drops a file with this content on a page; gives the file. */
export const dropped = (page, name, bytes) =>
  page.evaluateHandle(async ([name, bytes]) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    await stream.write(new Uint8Array(bytes));
    await stream.close();
    const dataTransfer = new DataTransfer();
    const file = await handle.getFile();
    dataTransfer.items.add(file);
    const target = document.querySelector('cloudconvert-upload') ?? document.body;
    target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    return file;
  }, [name, [...bytes]]);
