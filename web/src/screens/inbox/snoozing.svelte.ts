// Which chat is being put away until a moment of its own, and which one is given labels.
import type { ClientChat } from '../../api/types';

export const dialogs = $state<{ snooze: ClientChat | null; labels: ClientChat | null }>({ snooze: null, labels: null });
