/** An event as a command to send it again. */
const shell = (text: string) => "'" + text.replace(/'/g, `'\\''`) + "'"

/** The same event again, by hand. The message goes as it stands. */
export function curl(baseUrl: string, key: string, type: string, message: string): string {
  const known = ['track', 'identify', 'page', 'screen', 'group', 'alias'].includes(type)
  const path = known ? `/v1/${type}` : '/v1/batch'
  const body = known ? message : `{"batch":[${message}]}`
  const auth = key ? ` \\\n  -u ${shell(key + ':')}` : ''
  return `curl ${baseUrl}${path}${auth} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shell(body)}`
}
