import { javascript } from '@codemirror/lang-javascript';
import { oneDark } from '@codemirror/theme-one-dark';
import { keymap } from '@codemirror/view';
import { Compartment, Prec } from '@codemirror/state';
import { basicSetup, EditorView } from 'codemirror';

export type Editor = ReturnType<typeof openEditor>;

/** Loaded when the first program is edited. Ctrl-Enter, or Cmd-Enter, runs it. */
export function openEditor(
  parent: HTMLElement,
  doc: string,
  { dark, run, changed }: { dark: boolean; run: () => unknown; changed: (text: string) => void },
) {
  const theme = new Compartment();
  const themeFor = (isDark: boolean) => (isDark ? oneDark : []);
  const runKey = { key: 'Mod-Enter', run: () => (run(), true) };
  const view = new EditorView({
    parent,
    doc,
    extensions: [
      Prec.highest(keymap.of([runKey])),
      basicSetup,
      javascript({ typescript: true }),
      EditorView.contentAttributes.of({ 'aria-label': 'The program' }),
      EditorView.updateListener.of(({ docChanged, state }) => docChanged && changed(state.doc.toString())),
      theme.of(themeFor(dark)),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    setDark: (isDark: boolean) => view.dispatch({ effects: theme.reconfigure(themeFor(isDark)) }),
    close: () => view.destroy(),
  };
}
