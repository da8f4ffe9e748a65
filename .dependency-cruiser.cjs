const NODE = '^nodes/[^/]+/';

/** A rule: files whose path matches `from` (and not `pathNot`) import nothing that matches `to`. */
const never = (name, comment, from, to, pathNot) => ({
	name,
	comment,
	severity: 'error',
	from: { path: from, ...(pathNot && { pathNot }) },
	to: { path: to },
});

/**
 * The layers of docs/architecture.md, checked by `npm run lint`. Type imports count.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
	forbidden: [
		{
			name: 'no-cycle',
			comment: 'Move what both files need into a third one.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		never(
			'delivery-is-at-the-bottom',
			'delivery/ knows neither n8n nor MoEngage.',
			`${NODE}delivery/`,
			`${NODE}(?!delivery/)|^credentials/`,
		),
		never(
			'delivery-without-n8n',
			"Only clock.ts imports n8n-workflow, for its sleep: community nodes can't set timers.",
			`${NODE}delivery/`,
			'n8n-workflow',
			`${NODE}delivery/clock\\.ts$`,
		),
		never(
			'api-below-operations',
			'api/ knows MoEngage, not the fields that a user fills in.',
			`${NODE}api/`,
			`${NODE}(operations|execution|methods)/`,
		),
		never(
			'operations-below-execution',
			'operations/ describes one operation; execution/ runs it.',
			`${NODE}operations/`,
			`${NODE}(execution|methods)/`,
		),
		never(
			'node-without-trigger',
			"The trigger uses the node's API modules, not the other way around.",
			'^nodes/MoEngageSubscription/',
			'^nodes/MoEngageSubscriptionTrigger/',
		),
		never(
			'package-without-tests',
			'The package never imports its tests or its test server.',
			'^(nodes|credentials)/',
			'^(sandbox|test|bench|demo|scripts)/',
		),
		never(
			'sandbox-on-its-own',
			"The sandbox follows MoEngage's documentation, so it shares no code with the node.",
			'^sandbox/',
			'^(nodes|credentials)/',
		),
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
	},
};
