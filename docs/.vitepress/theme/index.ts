import DefaultTheme from 'vitepress/theme';
import { inBrowser, type Theme } from 'vitepress';
import { defineAsyncComponent } from 'vue';
import RunBlock from './components/RunBlock.vue';
import { showTypes } from './types';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    if (inBrowser) showTypes();
    app.component('RunBlock', RunBlock);
    app.component(
      'PlayGround',
      defineAsyncComponent(() => import('./components/PlayGround.vue')),
    );
    app.component(
      'BenchCharts',
      defineAsyncComponent(() => import('./components/BenchCharts.vue')),
    );
  },
} satisfies Theme;
