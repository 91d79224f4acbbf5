// Bundles the program and the page, as webpack does without any setting.
const { resolve } = require('node:path');
const webpack = require('webpack');

const bundle = (target, entry) => ({ mode: 'production', target, entry: `./${entry}.js`, output: { path: resolve(`dist/${target}`), filename: `${entry}.js` } });
webpack([bundle('web', 'page'), bundle('node', 'program')], (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});
