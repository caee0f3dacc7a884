import DefaultTheme from 'vitepress/theme';
import { inBrowser, type Theme } from 'vitepress';
import { defineAsyncComponent, defineComponent, h } from 'vue';
import { switchAtOnce } from './appearance';
import HeroPicture from './components/HeroPicture.vue';
import RunBlock from './components/RunBlock.vue';
import { showTypes } from './types';
import './style.css';

export default {
  extends: DefaultTheme,
  Layout: defineComponent(() => {
    switchAtOnce();
    return () => h(DefaultTheme.Layout, null, { 'home-hero-image': () => h(HeroPicture) });
  }),
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
