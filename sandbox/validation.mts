/**
 * Counts what was validated against openapi.yaml, and keeps the violations. No reset clears it, so
 * that a test can't clear what it has caused.
 */
import type { HttpRequest } from './http.mts';

interface Finding {
	/** 1 for the first. */
	seq: number;
	of: 'request' | 'response';
	endpoint: string | null;
	/** Never contains a value that was sent. */
	message: string;
}

/** Announces a request that the document doesn't allow. */
const INVALID_ON_PURPOSE = 'x-sandbox-invalid-request';

/** Maximum number of findings; the counters aren't limited. */
const KEPT = 1000;

export class Validation {
	#requests = { validated: 0, invalid: 0, invalidOnPurpose: 0 };
	#responses = { validated: 0, invalid: 0, faults: 0 };
	#findings: Finding[] = [];

	/**
	 * @param problem null: the document allows the request
	 * @param expected an invalid request needn't be announced
	 */
	request(
		{ headers }: HttpRequest,
		endpoint: string | null,
		problem: string | null,
		expected: boolean,
	) {
		const announced = INVALID_ON_PURPOSE in headers;
		this.#requests.validated++;
		if (problem !== null && (announced || expected)) this.#requests.invalidOnPurpose++;
		else if (problem !== null) this.#invalid('request', endpoint, problem);
		else if (announced) this.#invalid('request', endpoint, 'announced as invalid, but allowed');
	}

	response(endpoint: string | null, problem: string | null) {
		this.#responses.validated++;
		if (problem === null) return;
		this.#invalid('response', endpoint, problem);
		console.error(`The sandbox sent an invalid response: ${endpoint}: ${problem}`);
	}

	/** Counts a response that a fault or misleading headers have changed, without validating it. */
	fault() {
		this.#responses.faults++;
	}

	#invalid(of: Finding['of'], endpoint: string | null, message: string) {
		const counts = of === 'request' ? this.#requests : this.#responses;
		counts.invalid++;
		const seq = this.#requests.invalid + this.#responses.invalid;
		if (this.#findings.length < KEPT) this.#findings.push({ seq, of, endpoint, message });
	}

	/** @param since seq of the last finding already seen */
	describe(since: number) {
		return {
			requests: { ...this.#requests },
			responses: { ...this.#responses },
			findings: this.#findings.filter(({ seq }) => seq > since),
		};
	}
}
