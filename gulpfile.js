const { dest, parallel, src } = require('gulp');

/**
 * n8n looks for an icon beside the compiled file that names it. `n8n-node build` copies images
 * already; this task keeps the built package whole where only the compiler was run.
 */
const icons = (folder) =>
	Object.assign(
		() => src(`${folder}/**/*.{svg,png}`, { encoding: false }).pipe(dest(`dist/${folder}`)),
		{
			displayName: `icons of ${folder}/`,
		},
	);

exports['build:icons'] = parallel(icons('nodes'), icons('credentials'), icons('icons'));
