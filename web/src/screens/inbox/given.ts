// By which rule a chat became somebody's who has not answered yet; whoever had the client before has them again without a word.
import type { ClientChat } from '../../api/types';

export function givenBy(chat: ClientChat): 'policy' | 'rule' | 'responsible' | undefined {
	const by = chat.given_by;
	return by === 'policy' || by === 'rule' || by === 'responsible' ? by : undefined;
}
