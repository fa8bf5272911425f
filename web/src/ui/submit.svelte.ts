// The state of sending a form: busy, refused, and at which field; what was typed stays where it is.
import { ApiError } from '../api/client';
import { explain } from './errors';

export class Submit {
	busy = $state(false);
	private error = $state.raw<unknown>(null);

	/** `fields`: the ones this form shows; a refusal about anything else is shown above the buttons. */
	constructor(private readonly fields: readonly string[] = []) {}

	/** Runs the call; true when it went through. */
	async run(act: () => Promise<unknown>): Promise<boolean> {
		if (this.busy) return false;
		this.busy = true;
		this.error = null;
		try {
			await act();
			return true;
		} catch (error) {
			this.error = error;
			return false;
		} finally {
			this.busy = false;
		}
	}

	/** The server's sentence for a field, if it is the one refused. */
	at(...fields: string[]): string | undefined {
		return this.field !== undefined && fields.includes(this.field) ? explain(this.error) : undefined;
	}

	/** The refusal that belongs to no shown field. */
	get general(): string | undefined {
		if (this.error === null || (this.field !== undefined && this.fields.includes(this.field))) return undefined;
		return explain(this.error);
	}

	get code(): string | undefined {
		return this.error instanceof ApiError ? this.error.code : undefined;
	}

	get args(): Record<string, string> {
		return (this.error instanceof ApiError && this.error.problem.args) || {};
	}

	/** The form found a fault before asking the server. */
	refuse(field: string, title: string): void {
		this.error = new ApiError({ code: 'form', title, status: 422, field });
	}

	clear(): void {
		this.error = null;
	}

	/** Fields of forms the server itself describes (channels) come in `args`. */
	private get field(): string | undefined {
		return this.error instanceof ApiError ? (this.error.problem.field ?? this.error.problem.args?.field) : undefined;
	}
}
