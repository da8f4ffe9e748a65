export interface Line {
	name: string;
	points: Array<{ users: number; ms: number }>;
}

const WIDTH = 820;
const HEIGHT = 560;
const PLOT = { left: 84, right: 780, top: 172, bottom: 496 };
const USERS = [250, 25_000] as const;
const MS = [400, 4_000_000] as const;
const X_TICKS = [250, 500, 1000, 2500, 5000, 10_000, 25_000];
const Y_TICKS: Array<[ms: number, label: string]> = [
	[500, '0.5 s'],
	[1000, '1 s'],
	[3000, '3 s'],
	[10_000, '10 s'],
	[30_000, '30 s'],
	[60_000, '1 min'],
	[180_000, '3 min'],
	[600_000, '10 min'],
	[1_800_000, '30 min'],
	[3_600_000, '1 h'],
];

const STYLE = `
svg { background: #fff; font: 13px system-ui, sans-serif; }
text { fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; }
.note { fill: #59636e; }
.grid { stroke: #d1d9e0; }
.line { fill: none; stroke-width: 2; }
.l0 { stroke: #59636e; stroke-dasharray: 2 4; }
.l1 { stroke: #0969da; stroke-width: 3.5; }
.l2 { stroke: #cf222e; stroke-dasharray: 10 4; }
.l3 { stroke: #bc4c00; }
.l4 { stroke: #1a7f37; stroke-dasharray: 6 3; }
.l5 { stroke: #8250df; stroke-dasharray: 12 3 3 3; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; }
text { fill: #f0f6fc; }
.note { fill: #9198a1; }
.grid { stroke: #3d444d; }
.l0 { stroke: #9198a1; }
.l1 { stroke: #4493f8; }
.l2 { stroke: #f85149; }
.l3 { stroke: #f0883e; }
.l4 { stroke: #3fb950; }
.l5 { stroke: #ab7df8; }
}`;

const x = (users: number) => scale(users, USERS, PLOT.left, PLOT.right);
const y = (ms: number) => scale(ms, MS, PLOT.bottom, PLOT.top);

function scale(value: number, [low, high]: readonly [number, number], from: number, to: number) {
	const share = Math.log(value / low) / Math.log(high / low);
	return Number((from + share * (to - from)).toFixed(1));
}

/** An SVG with one line each, both axes logarithmic; readable on light and dark pages. */
export function drawChart(lines: readonly Line[]): string {
	const title = 'Time to deliver a list, at 100 requests per minute and 0.5 s per request';
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">`,
		`<style>${STYLE}\n</style>`,
		`<text class="title" x="20" y="28">${title}</text>`,
		'<text class="note" x="20" y="48">One n8n process, first list, no rate headers, 50 users per request unless noted</text>',
		...lines.flatMap(legend),
		...X_TICKS.flatMap(xTick),
		...Y_TICKS.flatMap(yTick),
		`<text class="note" x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 16}" text-anchor="middle">users in the list</text>`,
		`<text class="note" transform="translate(18 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)" text-anchor="middle">time until the last user is delivered</text>`,
		...lines.map(path).reverse(),
		'</svg>',
		'',
	].join('\n');
}

function legend({ name }: Line, index: number): string[] {
	const left = 20 + (index % 2) * 400;
	const middle = 76 + Math.floor(index / 2) * 26;
	return [
		`<path class="line l${index}" d="M${left} ${middle}h44"/>`,
		`<text x="${left + 54}" y="${middle + 4}">${name}</text>`,
	];
}

function xTick(users: number): string[] {
	return [
		`<path class="grid" d="M${x(users)} ${PLOT.top}V${PLOT.bottom}"/>`,
		`<text class="note" x="${x(users)}" y="${PLOT.bottom + 20}" text-anchor="middle">${users.toLocaleString('en-US')}</text>`,
	];
}

function yTick([ms, label]: [number, string]): string[] {
	return [
		`<path class="grid" d="M${PLOT.left} ${y(ms)}H${PLOT.right}"/>`,
		`<text class="note" x="${PLOT.left - 8}" y="${y(ms) + 4}" text-anchor="end">${label}</text>`,
	];
}

function path({ points }: Line, index: number): string {
	const d = points.map(({ users, ms }) => `${x(users)} ${y(ms)}`).join('L');
	return `<path class="line l${index}" d="M${d}"/>`;
}
