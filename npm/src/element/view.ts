import type { Attributes } from './attributes.js';
import { button, make } from './dom.js';
import { filesOf } from './sources.js';
import style from './style.css';
import type { Speech } from './words.js';

let sheet: CSSStyleSheet | undefined;

/** One sheet for all elements, which a strict policy allows. */
function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
  }
  return sheet;
}

/** The element, as what it shows knows it. */
export interface Owner extends Attributes, EventTarget {
  add(files: Iterable<File>): unknown;
  convert(): void;
  cancel(): boolean;
  saveAll(): unknown;
}

/** The buttons for all files together, by their words. */
type Button = 'choose' | 'folder' | 'camera' | 'start' | 'saveAll';

/** What the element shows around its files. */
export class View {
  // Safari takes a list without marks for none, unless it is told.
  readonly list = make('ul', { part: 'list', role: 'list' });
  readonly buttons: Record<Button, HTMLButtonElement>;
  /** What it speaks, once that is known. */
  declare speech: Speech;
  readonly #input = make('input', { part: 'input', type: 'file', hidden: true });
  readonly #drop = make('div', { part: 'drop' });
  readonly #notice = make('p', { part: 'notice', role: 'alert' });
  readonly #status = make('p', { part: 'status', role: 'status' });
  readonly #hint = make('p', { part: 'hint' });
  readonly #limits = make('p', { part: 'limits' });

  constructor(
    readonly root: ShadowRoot,
    readonly owner: Owner,
  ) {
    const { choose, folder, camera, start, saveAll } = (this.buttons = {
      choose: button('choose', () => this.#pick()),
      folder: button('folder', () => this.#pick(true)),
      camera: button('camera', () => this.#pick(false, true)),
      start: button('start', () => owner.convert()),
      saveAll: button('saveAll', () => owner.saveAll()),
    });
    this.#input.onchange = () => {
      // What a folder hides is not dropped either.
      owner.add([...this.#input.files!].filter(({ webkitRelativePath }) => !webkitRelativePath.includes('/.')));
      // The same file can be picked once more.
      this.#input.value = '';
    };
    root.addEventListener('keydown', (event) => {
      if ((event as KeyboardEvent).key === 'Escape' && owner.cancel()) event.stopPropagation();
    });
    root.adoptedStyleSheets = [styles()];
    this.#drop.append(make('div', { part: 'picks' }, choose, folder, camera), this.#hint, this.#limits, this.#input);
    root.append(this.#drop, this.#notice, this.list, make('div', { part: 'actions' }, start, saveAll), this.#status);
  }

  /** Takes what is dropped or pasted on the element, or anywhere on its page, until the signal ends that. */
  listen(signal: AbortSignal): void {
    const on = (type: string, act: (event: DragEvent & ClipboardEvent) => void): void => {
      const listener = (event: Event): void => {
        if (!event.defaultPrevented && (this.owner.wholePage || event.composedPath().includes(this.owner))) act(event as DragEvent & ClipboardEvent);
      };
      addEventListener(type, listener, { signal });
    };
    on('dragover', (event) => this.#over(hasFiles(event.dataTransfer), event));
    on('dragleave', () => this.#over(false));
    on('drop', (event) => this.#take(event, event.dataTransfer));
    // A text field keeps what is its own: what an office program copies has a picture beside its text.
    on('paste', (event) => (event.composedPath()[0] as Element).matches?.(':read-write') || this.#take(event, event.clipboardData));
  }

  /** Says everything that does not change with the files. */
  speak(speech: Speech): void {
    const { multiple, directory, camera, maxSize } = this.owner;
    this.speech = speech;
    this.#input.multiple = multiple;
    for (const [word, button] of Object.entries(this.buttons)) button.textContent = speech.say(word === 'choose' && !multiple ? 'chooseOne' : (word as Button));
    this.buttons.folder.hidden = !directory;
    this.buttons.camera.hidden = !camera;
    this.#hint.textContent = speech.say('drop');
    this.#limits.textContent = maxSize < Infinity ? speech.say('eachUpTo', { size: speech.size(maxSize) }) : '';
  }

  /** Shows what can be done with the files; gives whether that took the focus away. */
  offer(disabled: boolean, convert: boolean, saveAll: boolean): boolean {
    const { start } = this.buttons;
    const left = start.matches(':focus') && !convert;
    for (const control of this.root.querySelectorAll<HTMLButtonElement>('button, select')) control.disabled = disabled;
    start.hidden = !convert;
    this.buttons.saveAll.hidden = !saveAll;
    return left;
  }

  /** Tells those who listen to the page. */
  announce(text: string): void {
    this.#status.textContent = text;
  }

  /** Shows why files were not taken. */
  warn(text: string): void {
    this.#notice.textContent = text;
  }

  #over(over: boolean, event?: Event): void {
    if (over) event?.preventDefault();
    this.#drop.classList.toggle('over', over && !this.buttons.choose.disabled);
  }

  #take(event: Event, data: DataTransfer | null): void {
    this.#over(false);
    if (!hasFiles(data)) return;
    event.preventDefault();
    void filesOf(data!, this.owner.maxFiles).then((files) => this.owner.add(files));
  }

  #pick(folder = false, camera = false): void {
    this.#input.webkitdirectory = folder;
    this.#input.toggleAttribute('capture', camera);
    this.#input.accept = camera ? 'image/*' : this.owner.accept;
    this.#input.click();
  }
}

const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true;
