// How a site signs who its visitor is (P-84), in the languages sites are written in: a JWT by HS256 without any library.

export type Speech = 'php' | 'node' | 'python';

export const examples: Record<Speech, string> = {
	php: `$b64 = fn($s) => rtrim(strtr(base64_encode($s), '+/', '-_'), '=');
$head = $b64('{"alg":"HS256","typ":"JWT"}');
$body = $b64(json_encode(['id' => $user->id, 'name' => $user->name, 'email' => $user->email, 'exp' => time() + 600, 'jti' => bin2hex(random_bytes(8))]));
$token = "$head.$body." . $b64(hash_hmac('sha256', "$head.$body", $BESEDA_SECRET, true));`,
	node: `const { createHmac, randomUUID } = require('node:crypto');
const b64 = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
const data = b64({ alg: 'HS256', typ: 'JWT' }) + '.' + b64({ id: user.id, name: user.name, email: user.email, exp: Math.floor(Date.now() / 1000) + 600, jti: randomUUID() });
const token = data + '.' + createHmac('sha256', BESEDA_SECRET).update(data).digest('base64url');`,
	python: `import base64, hashlib, hmac, json, time, uuid
b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b'=')
data = b64(b'{"alg":"HS256","typ":"JWT"}') + b'.' + b64(json.dumps({'id': user.id, 'name': user.name, 'email': user.email, 'exp': int(time.time()) + 600, 'jti': uuid.uuid4().hex}).encode())
token = (data + b'.' + b64(hmac.new(BESEDA_SECRET.encode(), data, hashlib.sha256).digest())).decode()`,
};
