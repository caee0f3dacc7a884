import { javascript } from '@codemirror/lang-javascript';
import { oneDark } from '@codemirror/theme-one-dark';
import { keymap } from '@codemirror/view';
import { Prec } from '@codemirror/state';
import { basicSetup, EditorView } from 'codemirror';

/** Loaded when the first program is edited. Ctrl-Enter, or Cmd-Enter, runs it. */
export function openEditor(parent: HTMLElement, doc: string, dark: boolean, run: () => unknown) {
  const runKey = { key: 'Mod-Enter', run: () => (run(), true) };
  const view = new EditorView({
    parent,
    doc,
    extensions: [
      Prec.highest(keymap.of([runKey])),
      basicSetup,
      javascript({ typescript: true }),
      EditorView.contentAttributes.of({ 'aria-label': 'The program' }),
      ...(dark ? [oneDark] : []),
    ],
  });
  view.focus();
  return {
    text: () => view.state.doc.toString(),
    close: () => view.destroy(),
  };
}
