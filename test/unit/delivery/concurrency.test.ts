import { Concurrency } from '../../../nodes/MoEngageSubscription/delivery/policy/concurrency';

// Spelled out, so that a change of a constant is noticed.
const START = 5;
const MAX = 32;
const TEN_MINUTES = 600_000;
const L = 100;

/** Drives a level: waves of requests that leave and come back together. */
class Waves {
	readonly concurrency = new Concurrency();
	now = 0;

	get level(): number {
		return this.concurrency.limit(this.now);
	}

	/** Sends `count` requests at once; each comes back accepted after its latency. */
	wave(count = this.level, latency: (inFlight: number) => number = () => L): this {
		const sentAt = this.now;
		for (let i = 1; i <= count; i += 1) this.concurrency.onSent(sentAt, i);
		for (let i = 1; i <= count; i += 1) {
			const at = sentAt + latency(i);
			this.now = Math.max(this.now, at);
			const oldestAt = i < count ? sentAt : Infinity;
			this.concurrency.onAccepted({ sentAt, inFlight: i }, at, oldestAt);
		}
		return this;
	}

	waves(count: number): this {
		for (let i = 0; i < count; i += 1) this.wave();
		return this;
	}

	levels(count: number): number[] {
		return Array.from({ length: count }, () => this.wave().level);
	}
}

const raised = () => new Waves().waves(3);

describe('Slow start', () => {
	test('five requests may be in flight at the start', () => {
		expect(new Waves().level).toBe(START);
	});

	test('the level doubles with each round trip that used it up, up to 32', () => {
		expect(new Waves().levels(5)).toEqual([10, 20, MAX, MAX, MAX]);
	});

	test('the level stays while fewer requests than it allows are in flight', () => {
		expect(new Waves().wave(1).level).toBe(START);
		expect(new Waves().wave(4).level).toBe(START);
		expect(new Waves().waves(1).wave(9).level).toBe(10);
	});

	test('a round trip ends when nothing is in flight any more that left while the level filled up', () => {
		const { concurrency } = new Waves();
		for (let i = 1; i <= START; i += 1) concurrency.onSent(10, i);
		concurrency.onSent(20, START);
		concurrency.onAccepted({ sentAt: 10, inFlight: 1 }, 110, 10);
		expect(concurrency.limit(110)).toBe(START);
		concurrency.onAccepted({ sentAt: 10, inFlight: 5 }, 110, 11);
		expect(concurrency.limit(110)).toBe(10);
	});

	test('each level needs its own round trip', () => {
		const waves = new Waves().wave();
		waves.concurrency.onAccepted({ sentAt: 0, inFlight: 5 }, waves.now, Infinity);
		expect(waves.level).toBe(10);
	});
});

describe('Memory', () => {
	test('the level is forgotten ten minutes after the latest request', () => {
		const waves = new Waves().waves(3);
		const lastSentAt = 2 * L;
		expect(waves.concurrency.limit(lastSentAt + TEN_MINUTES)).toBe(MAX);
		expect(waves.concurrency.limit(lastSentAt + TEN_MINUTES + 1)).toBe(START);
	});

	test('slow start begins again after ten minutes, without what is known of latency', () => {
		const waves = raised();
		waves.concurrency.onFailure({ sentAt: waves.now, inFlight: 1 }, waves.now);
		waves.now += TEN_MINUTES;
		waves.wave(START, () => 9 * L);
		expect(waves.level).toBe(10);
		waves.wave(10, () => 9 * L);
		expect(waves.level).toBe(20);
	});

	test('a first request ten minutes later doesn’t bring the old level back', () => {
		const waves = raised();
		waves.now += TEN_MINUTES;
		waves.wave(1);
		expect(waves.level).toBe(START);
	});
});

describe('Failures', () => {
	test('a failure halves the level, never below five', () => {
		const waves = raised();
		const levels = [1, 2, 3, 4].map((ms) => {
			waves.concurrency.onFailure({ sentAt: waves.now + ms, inFlight: 1 }, waves.now + ms);
			return waves.level;
		});
		expect(levels).toEqual([16, 8, START, START]);
	});

	test('failures of requests that left before the level was lowered say nothing new', () => {
		const waves = raised();
		const [before, now] = [waves.now, waves.now + L];
		waves.concurrency.onFailure({ sentAt: before, inFlight: 1 }, now);
		waves.concurrency.onFailure({ sentAt: before, inFlight: 2 }, now);
		expect(waves.level).toBe(16);
		waves.concurrency.onFailure({ sentAt: now, inFlight: 2 }, now);
		expect(waves.level).toBe(8);
	});

	test('after a failure the level grows by one per round trip', () => {
		const waves = raised();
		waves.concurrency.onFailure({ sentAt: waves.now, inFlight: 1 }, waves.now);
		expect(waves.levels(3)).toEqual([17, 18, 19]);
		expect(waves.levels(15).at(-1)).toBe(MAX);
	});
});

describe('429s', () => {
	test('a 429 returns the level to five for ten minutes without rate headers', () => {
		const waves = raised();
		waves.concurrency.onThrottled(waves.now);
		const throttledAt = waves.now;
		expect(waves.level).toBe(START);
		expect(waves.levels(3)).toEqual([START, START, START]);
		waves.now = throttledAt + TEN_MINUTES - L;
		expect(waves.wave().level).toBe(START);
		expect(waves.wave().level).toBe(6);
	});

	test('with rate headers the level grows by one per round trip after a 429', () => {
		const waves = raised();
		waves.concurrency.onThrottled(waves.now);
		waves.concurrency.onHeaders({ share: 1, remaining: 50 });
		expect(waves.levels(3)).toEqual([6, 7, 8]);
		waves.concurrency.onHeaders();
		expect(waves.levels(2)).toEqual([8, 8]);
	});
});

describe('Others that use the same limit', () => {
	test('the level is at most our share of what remains, and at least five', () => {
		const waves = raised();
		waves.concurrency.onHeaders({ share: 0.9, remaining: 12.5 });
		expect(waves.level).toBe(12);
		waves.concurrency.onHeaders({ share: 0.9, remaining: 2 });
		expect(waves.level).toBe(START);
		waves.concurrency.onHeaders({ share: 0.9, remaining: 30 });
		expect(waves.level).toBe(START);
	});

	test('what remains doesn’t lower the level of a process that is alone', () => {
		const waves = raised();
		waves.concurrency.onHeaders({ share: 1, remaining: 2 });
		expect(waves.level).toBe(MAX);
	});

	test.each([
		[1, 10],
		[0.9, 9],
		[0.7, 7],
		[0.5, 5],
		[0.25, 5],
	])('with a share of %f of the window the level grows from five to %i', (share, level) => {
		const waves = new Waves().wave(1);
		waves.concurrency.onHeaders({ share, remaining: 50 });
		expect(waves.wave().level).toBe(level);
	});

	test('the share is forgotten after ten minutes', () => {
		const waves = new Waves().wave(1);
		waves.concurrency.onHeaders({ share: 0.25, remaining: 50 });
		waves.now += TEN_MINUTES + 1;
		expect(waves.wave().level).toBe(10);
	});
});

describe('Latency', () => {
	/** The level after a wave of ten of which the last two are that much slower. */
	const afterTen = (factor: number) =>
		new Waves().wave().wave(10, (i) => (i >= 9 ? factor * L : L)).level;

	test('a slowdown of 1.5 near the level stops the ramp, less doesn’t', () => {
		expect(afterTen(1.5)).toBe(20);
		expect(afterTen(1.6)).toBe(6);
	});

	test('the level falls by as much as the requests got slower, never below five', () => {
		const at = (factor: number) => new Waves().waves(3).wave(MAX, () => factor * L).level;
		expect([at(1.6), at(2), at(4), at(40)]).toEqual([20, 16, 8, START]);
	});

	test('only requests that left with nine tenths of the level in flight count', () => {
		const slowAt = (n: number) => new Waves().wave().wave(10, (i) => (i === n ? 9 * L : L)).level;
		expect([slowAt(8), slowAt(9), slowAt(10)]).toEqual([20, START, START]);
	});

	test('after a slowdown the level grows by one per round trip', () => {
		const waves = new Waves().waves(3).wave(MAX, () => 2 * L);
		expect(waves.levels(3)).toEqual([17, 18, 19]);
	});

	test('requests that left before the level changed don’t count for it', () => {
		const waves = new Waves().wave();
		waves.concurrency.onAccepted({ sentAt: 0, inFlight: 10 }, 90 * L, Infinity);
		waves.now = 90 * L;
		expect(waves.wave().level).toBe(20);
	});

	test('a server that is always slower lets the level grow again', () => {
		const waves = raised();
		const slower = () => waves.wave(waves.level, () => 4 * L).level;
		const levels = Array.from({ length: 8 }, slower);
		expect(levels[0]).toBe(8);
		expect(levels[1]).toBe(START);
		// At five in flight it turns out that the latency doesn’t depend on their number.
		expect(levels.at(-1)).toBeGreaterThan(START);
	});

	test('a slow response among few in flight changes the usual latency by an eighth', () => {
		const levelAt = (factor: number) => {
			const waves = new Waves();
			for (let i = 0; i < 20; i += 1) waves.wave(1);
			// The usual latency is 1.5 L from now on.
			waves.wave(1, () => 5 * L).wave(START, () => 1.5 * L);
			return waves.wave(10, () => factor * L).level;
		};
		expect([levelAt(2), levelAt(2.4)]).toEqual([20, 6]);
	});
});
