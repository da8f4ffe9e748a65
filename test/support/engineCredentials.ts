import {
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeProperties,
	type Workflow,
} from 'n8n-workflow';

/**
 * Provides one credential and signs requests with its type's own `authenticate`, as n8n's server
 * does: every name and value can be an expression, and undefined results become ''.
 */
export class TestCredentials extends ICredentialsHelper {
	private data: ICredentialDataDecryptedObject = {};
	private fault: string | undefined;

	constructor(readonly type: ICredentialType) {
		super();
	}

	/**
	 * Makes every credential unreadable, as with a wrong encryption key, until it is called with
	 * `undefined`.
	 */
	breakWith(fault: string | undefined): void {
		this.fault = fault;
	}

	holding(data: IDataObject): TestCredentials {
		const helper = new TestCredentials(this.type);
		helper.fault = this.fault;
		helper.data = data as ICredentialDataDecryptedObject;
		return helper;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		requestOptions: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.type;
		if (authenticate === undefined || workflow === undefined || node === undefined)
			throw new Error('The credential type can’t sign requests');
		if (typeof authenticate === 'function') return await authenticate(credentials, requestOptions);
		const resolve = (text: string) => {
			if (!text.startsWith('=')) return text;
			const keys = { $credentials: credentials } as never;
			return (
				workflow.expression.getSimpleParameterValue(node, text, 'internal', keys, undefined, '') ||
				''
			);
		};
		const options = requestOptions as unknown as Record<string, IDataObject>;
		for (const [part, entries] of Object.entries(authenticate.properties)) {
			options[part] ??= {};
			for (const [name, value] of Object.entries(entries as Record<string, string>))
				options[part][String(resolve(name))] = resolve(value);
		}
		return requestOptions;
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		if (this.fault !== undefined) throw new Error(this.fault);
		return { ...this.data };
	}

	getCredentialsProperties(): INodeProperties[] {
		return this.type.properties;
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('not used by nodes');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}
}
