import { Link } from '@tanstack/react-router'

export function NotFound() {
  return (
    <div className="center">
      <h1>Nothing at this address</h1>
      <p className="t2">The link may be from a newer Sidetrack.</p>
      <Link to="/live">Go to Live</Link>
    </div>
  )
}
