const { dest, parallel, src } = require('gulp');

/**
 * n8n looks for an icon next to the compiled file that names it. `n8n-node build` already copies
 * images; this task completes the package if only the compiler has run.
 */
const icons = (folder) =>
	Object.assign(
		() => src(`${folder}/**/*.{svg,png}`, { encoding: false }).pipe(dest(`dist/${folder}`)),
		{
			displayName: `icons of ${folder}/`,
		},
	);

exports['build:icons'] = parallel(icons('nodes'), icons('credentials'), icons('icons'));
