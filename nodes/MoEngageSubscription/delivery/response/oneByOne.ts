/** Sends records alone, one after the other. Has the interface of `BatchIsolation`. */
export class OneByOne<X> {
	private tried = 0;

	constructor(private readonly records: readonly X[]) {}

	next(): readonly X[] | undefined {
		const part = this.records.slice(this.tried, this.tried + 1);
		return part.length > 0 ? part : undefined;
	}

	onAccepted(): void {
		this.tried += 1;
	}

	onRejected(): X | undefined {
		this.tried += 1;
		return this.records[this.tried - 1];
	}
}
