/** Sends records alone, one after the other. Has the interface of `BatchIsolation`. */
export class OneByOne<X> {
	private tried = 0;

	constructor(private readonly records: readonly X[]) {}

	next(): readonly X[] | undefined {
		return this.tried < this.records.length ? [this.records[this.tried]] : undefined;
	}

	onAccepted(): void {
		this.tried += 1;
	}

	onRejected(): X {
		this.tried += 1;
		return this.records[this.tried - 1];
	}
}
