import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

it('Stop ends the reading of a long list', async () => {
	const list = rows(3000);
	let read = 0;
	let begin = () => {};
	const cancelWhen = new Promise<void>((done) => (begin = done));
	for (const row of list) {
		const { id } = row;
		Object.defineProperty(row, 'id', {
			enumerable: true,
			get() {
				read += 1;
				begin();
				return id;
			},
		});
	}
	await t.run(BULK, list, { cancelWhen });
	expect(read).toBeGreaterThan(0);
	expect(read).toBeLessThan(list.length / 2);
	expect(await t.sandbox.log()).toHaveLength(0);
});
