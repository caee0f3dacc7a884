import DefaultTheme from 'vitepress/theme';
import type { Theme } from 'vitepress';
import RunBlock from './components/RunBlock.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('RunBlock', RunBlock);
  },
} satisfies Theme;
