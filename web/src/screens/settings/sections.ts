// The sections of settings: their order, who sees them, and the chunk each comes in.
import type { Component } from 'svelte';
import { session } from '../../stores/session.svelte';

export interface Section {
	id: string;
	icon: string;
	right?: string;
	load: () => Promise<{ default: Component }>;
}
export interface Group {
	id: string;
	sections: Section[];
}

const groups: Group[] = [
	{
		id: 'mine',
		sections: [
			{ id: 'profile', icon: 'person', load: () => import('./sections/Profile.svelte') },
			{ id: 'appearance', icon: 'sun', load: () => import('./sections/Appearance.svelte') },
			{ id: 'notifications', icon: 'bell', load: () => import('./sections/Notifications.svelte') },
			{ id: 'behaviour', icon: 'device', load: () => import('./sections/Behaviour.svelte') },
			{ id: 'security', icon: 'lock', load: () => import('./sections/Security.svelte') },
		],
	},
	{
		id: 'company',
		sections: [
			{ id: 'people', icon: 'people', right: 'accounts.people', load: () => import('./sections/People.svelte') },
			{ id: 'departments', icon: 'building', right: 'accounts.people', load: () => import('./sections/Departments.svelte') },
			{ id: 'reports', icon: 'alert', right: 'accounts.people', load: () => import('./sections/Reports.svelte') },
			{ id: 'roles', icon: 'key', right: 'accounts.roles', load: () => import('./sections/Roles.svelte') },
			{ id: 'workspace', icon: 'globe', right: 'accounts.workspace', load: () => import('./sections/Workspace.svelte') },
			{ id: 'hours', icon: 'calendar', right: 'accounts.workspace', load: () => import('./sections/Hours.svelte') },
			{ id: 'moving', icon: 'archive', right: 'accounts.workspace', load: () => import('./sections/Moving.svelte') },
		],
	},
	{
		id: 'clients',
		sections: [
			{ id: 'channels', icon: 'plug', right: 'channels.manage', load: () => import('./sections/Channels.svelte') },
			{ id: 'delivery', icon: 'route', right: 'channels.manage', load: () => import('./sections/Delivery.svelte') },
			{ id: 'links', icon: 'link', right: 'channels.manage', load: () => import('./sections/Links.svelte') },
			{ id: 'invite', icon: 'scan', right: 'channels.manage', load: () => import('./sections/Invite.svelte') },
			{ id: 'queues', icon: 'queue', right: 'channels.manage', load: () => import('./sections/Queues.svelte') },
			{ id: 'routing', icon: 'filter', right: 'channels.manage', load: () => import('./sections/Routing.svelte') },
			{ id: 'labels', icon: 'tag', right: 'conversations.arrange', load: () => import('./sections/Labels.svelte') },
			{ id: 'centre', icon: 'phone', load: () => import('./sections/Centre.svelte') },
			{ id: 'templates', icon: 'template', load: () => import('./sections/Templates.svelte') },
		],
	},
	{
		id: 'system',
		sections: [
			{ id: 'health', icon: 'shield', right: 'accounts.workspace', load: () => import('./sections/Health.svelte') },
			{ id: 'mail', icon: 'mail', right: 'accounts.workspace', load: () => import('./sections/Mail.svelte') },
			{ id: 'jobs', icon: 'retry', right: 'accounts.workspace', load: () => import('./sections/Jobs.svelte') },
			{ id: 'audit', icon: 'history', right: 'accounts.audit', load: () => import('./sections/Audit.svelte') },
		],
	},
];

/** What this person may open; a group without a section for them is not there at all. */
export function myGroups(): Group[] {
	return groups
		.filter((group) => group.id === 'mine' || !session.guest)
		.map((group) => ({ ...group, sections: group.sections.filter((one) => !one.right || session.can(one.right)) }))
		.filter((group) => group.sections.length > 0);
}

export function findSection(id: string): Section | undefined {
	return groups.flatMap((group) => group.sections).find((one) => one.id === id);
}
