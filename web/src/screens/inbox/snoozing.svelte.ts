// Which chat is being put away until a moment of its own.
import type { ClientChat } from '../../api/types';

export const dialogs = $state<{ snooze: ClientChat | null }>({ snooze: null });
