// The element in Angular: a property that is no text, and an event.
import 'cloudconvert-kit/element';
import { Component, CUSTOM_ELEMENTS_SCHEMA } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import type { UploadItem, Words } from 'cloudconvert-kit/element';

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `<cloudconvert-upload [baseUrl]="relay" to="html" auto [words]="words" (fileconverted)="show($event)"></cloudconvert-upload>`,
})
class App {
  readonly relay = new URLSearchParams(location.search).get('relay')!;
  readonly words: Partial<Words> = { chooseOne: 'Take one' };

  show({ detail }: CustomEvent<UploadItem>) {
    document.title = detail.result!.files[0]!.name;
  }
}

bootstrapApplication(App);
