import { useData } from 'vitepress';
import { nextTick, provide } from 'vue';

/**
 * Has the button change all colours at once. VitePress does the same, but does it twice whenever a page is loaded, too, and
 * that takes longer than all else there.
 */
export function switchAtOnce(): void {
  const { isDark } = useData();
  provide('toggle-appearance', async () => {
    const { classList } = document.documentElement;
    classList.add('switching');
    isDark.value = !isDark.value;
    await nextTick();
    // Styled by now, it has nothing left to fade.
    void getComputedStyle(document.body).opacity;
    classList.remove('switching');
  });
}
