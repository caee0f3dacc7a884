import DefaultTheme from 'vitepress/theme';
import type { Theme } from 'vitepress';
import { defineAsyncComponent } from 'vue';
import RunBlock from './components/RunBlock.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
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
