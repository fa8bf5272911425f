// What a page misses while it is away, by the thousand, and whether what it shows afterwards is what the server has.

/** So many events: messages of a colleague, some with a mention, and client chats that leave the queue. */
export async function miss(world, { as, chats, clients = [], events, mention }) {
	for (const id of clients) {
		await world.call('POST', `/client-chats/${id}/take`, { as });
		await world.call('POST', `/client-chats/${id}/close`, { as });
	}
	const lanes = 24;
	await Promise.all(
		Array.from({ length: lanes }, async (_, lane) => {
			for (let n = lane; n < events; n += lanes) {
				const text = mention && n % 150 === 0 ? `@[${mention.person.name}](${mention.person.id}) событие ${n}.` : `Событие ${n}.`;
				await world.call('POST', `/chats/${chats[n % chats.length].id}/messages`, { as, body: { client_id: crypto.randomUUID(), text } });
			}
		}),
	);
}

/** What the rows of the list and the bell should say, by what the server has; of the chat that is open only the last line: it is being read. */
export async function wanted(world, { as, open }) {
	const [chats, notices] = await Promise.all([world.call('GET', '/chats', { as }), world.call('GET', '/notices', { as })]);
	return {
		rows: chats.filter((one) => one.kind === 'group').map((one) => ({ id: one.id, unread: one.id === open ? null : one.unread, mention: one.id === open ? null : one.mentions > 0, last: one.last.excerpt })),
		notices: notices.open,
	};
}

/** In the page: what is not as it should be; empty when all is. */
export const wrong = ({ rows, notices }) => {
	const plain = (text) => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
	const out = [];
	const order = [...document.querySelectorAll('.pane a.row')].map((one) => one.getAttribute('href'));
	for (const { id, unread, mention, last } of rows) {
		const row = document.querySelector(`.pane a.row[href="/chats/${id}"]`);
		if (!row) {
			out.push(`no row ${id}`);
			continue;
		}
		const count = plain(row.querySelector('.badge')?.textContent ?? '0');
		// beyond a thousand a badge counts thousands
		if (unread !== null && count !== (unread > 999 ? `${Math.floor(unread / 1000)}k` : `${unread}`)) out.push(`${id}: ${count} unread instead of ${unread}`);
		if (mention && !row.querySelector('[class*=mention], .at')) out.push(`${id}: no sign of a mention`);
		if (!plain(row.textContent).includes(plain(last))) out.push(`${id}: "${plain(row.textContent)}" without "${last}"`);
	}
	if (order.length !== rows.length) out.push(`${order.length} rows instead of ${rows.length}`);
	const bell = Number(document.querySelector('nav[data-region=rail] button .badge.muted')?.textContent ?? 0);
	if (bell !== notices) out.push(`${bell} notices instead of ${notices}`);
	return out;
};
