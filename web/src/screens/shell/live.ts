// Everything live of a signed-in page: started by its frame, the whole one or the Panel's, and stopped with it.
import { t } from '../../i18n';
import { giveBack, startDrafts } from '../../stores/drafts.svelte';
import { startNotices } from '../../stores/notify.svelte';
import { outbox, whenRefused } from '../../stores/outbox.svelte';
import { startReminders } from '../../stores/reminders.svelte';
import { startSync } from '../../stores/sync.svelte';
import { complain } from '../../ui/errors';
import { toast } from '../../ui/overlays.svelte';

/** Starts the line to the server, drafts, notices and the outbox; what it answers ends them. */
export function startLive(): () => void {
	let stopDrafts = () => {};
	void startDrafts().then((stop) => (stopDrafts = stop));
	const ends = [startReminders(), startSync(), startNotices(), outbox.start()];
	whenRefused((one, problem) => {
		if (problem.code === 'conversations.taken') {
			const { name = '', seconds = '0' } = problem.args ?? {};
			void outbox.takeBack(one.client_id);
			giveBack({ thread_id: one.thread_id, text: one.text, hidden: one.hidden, reply: one.reply, files: one.files });
			toast(t('taken-by', { name, seconds: Number(seconds) }), { kind: 'bad', detail: t('taken-draft-kept'), lasting: 9000 });
		} else if (problem.code === 'conversations.not_yours') {
			import('../inbox/notYours').then(({ askOwner }) => askOwner(one, problem)).catch((error: unknown) => {
				giveBack({ thread_id: one.thread_id, text: one.text, hidden: one.hidden, reply: one.reply, files: one.files });
				complain(error);
			});
		}
	});
	return () => {
		stopDrafts();
		for (const end of ends) end();
	};
}
