/** HTTP and the socket. Knows no domain; errors carry the server's own words. */
import { endpoint } from './host'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly location?: string,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** True when nobody answered at all, as against an answer that says no. */
export const unreachable = (error: unknown) => !(error instanceof ApiError)

type Params = Record<string, string | number | boolean | undefined>

function search(params?: Params) {
  const all = new URLSearchParams()
  for (const [key, value] of Object.entries(params ?? {})) {
    if (value !== undefined && value !== '') all.set(key, String(value))
  }
  const text = all.toString()
  return text ? '?' + text : ''
}

async function failure(answer: Response): Promise<ApiError> {
  const text = await answer.text().catch(() => '')
  try {
    const problem = JSON.parse(text) as {
      title?: string
      detail?: string
      errors?: { message?: string; location?: string }[]
    }
    const first = problem.errors?.[0]
    return new ApiError(answer.status, problem.detail || first?.message || problem.title || text, first?.location)
  } catch {
    return new ApiError(answer.status, text || `The collector answered ${answer.status}.`)
  }
}

interface Options {
  params?: Params
  body?: unknown
  /** JSON that is sent as it is written. */
  text?: string
  accept?: string
  signal?: AbortSignal
}

export async function request(method: string, path: string, options: Options = {}): Promise<Response> {
  const { baseUrl, token } = await endpoint()
  const headers: Record<string, string> = { Accept: options.accept ?? 'application/json' }
  if (token) headers.Authorization = `Bearer ${token}`
  const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const answer = await fetch(baseUrl + '/api' + path + search(options.params), {
    method,
    headers,
    body,
    signal: options.signal,
  })
  if (!answer.ok) throw await failure(answer)
  return answer
}

export async function json<T>(method: string, path: string, options?: Options): Promise<T> {
  const text = await (await request(method, path, options)).text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <T>(path: string, params?: Params, signal?: AbortSignal) =>
  json<T>('GET', path, { params, signal })

export async function openSocket(path: string, params: Params): Promise<WebSocket> {
  const { baseUrl, token } = await endpoint()
  const url = baseUrl.replace(/^http/, 'ws') + '/api' + path + search(params)
  return token ? new WebSocket(url, ['sidetrack.v1', `bearer.${token}`]) : new WebSocket(url)
}
